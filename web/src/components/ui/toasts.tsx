/** Short messages at the lower edge, each with one action. */
import { Toast } from "@base-ui/react/toast";
import { X } from "lucide-react";
import clsx from "clsx";
import { en } from "#/i18n/en";
import { toasts } from "./toast-manager";

export default function Toasts() {
  return (
    <Toast.Provider toastManager={toasts} limit={3}>
      <Toast.Portal>
        <Toast.Viewport className="fixed print:hidden right-4 bottom-4 left-4 z-50 flex flex-col gap-2 sm:left-auto sm:w-96">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List() {
  const { toasts: shown } = Toast.useToastManager();
  return shown.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className={clsx("enter-up flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border bg-raised py-2.5 pr-2 pl-4 shadow-float", toast.type === "bad" ? "border-bad" : "border-edge")}
    >
      <Toast.Content className="min-w-0 flex-1 basis-40">
        <Toast.Title className="font-medium" />
        <Toast.Description className="text-xs text-muted" />
      </Toast.Content>
      <Toast.Action className="h-8 shrink-0 rounded-md border border-edge px-3 font-medium text-accent hover:bg-surface" />
      <Toast.Close aria-label={en.close} className="grid size-8 shrink-0 place-items-center rounded-md text-muted hover:text-ink">
        <X size="0.875rem" />
      </Toast.Close>
    </Toast.Root>
  ));
}
