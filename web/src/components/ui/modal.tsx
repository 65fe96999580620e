/** A dialog in the middle, or a panel at the right side. */
import { type ReactNode, useRef } from "react";
import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import clsx from "clsx";
import { en } from "#/i18n/en";

interface Props {
  title: ReactNode;
  /** Shown under the title. */
  about?: ReactNode;
  onClose: () => void;
  side?: boolean;
  className?: string;
  footer?: ReactNode;
  children: ReactNode;
}

export function Modal({ title, about, onClose, side = false, className, footer, children }: Props) {
  const content = useRef<HTMLDivElement>(null);
  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-30 bg-black/45" />
        <Dialog.Popup
          data-modal
          // The text has the focus, so that arrow keys and Page Down scroll it.
          initialFocus={content}
          className={clsx(
            "fixed z-40 flex flex-col overflow-y-auto border-line bg-surface shadow-float outline-none",
            side
              ? "enter-right inset-y-0 right-0 w-full border-l sm:max-w-xl"
              : "enter-up top-1/2 left-1/2 max-h-[90dvh] w-[calc(100%-2rem)] -translate-x-1/2 -translate-y-1/2 rounded-xl border",
            className,
          )}
        >
          <div className="flex items-start justify-between gap-2 px-5 pt-4 pb-3">
            <div className="min-w-0">
              <Dialog.Title className="text-base font-semibold">{title}</Dialog.Title>
              {about}
            </div>
            <Dialog.Close aria-label={en.close} className="-mr-2 grid size-8 shrink-0 place-items-center rounded-md text-muted hover:bg-raised hover:text-ink">
              <X size="1rem" />
            </Dialog.Close>
          </div>
          {/* A long title in large text may leave less room than this minimum; then the whole dialog scrolls. */}
          <div ref={content} tabIndex={-1} className="@container/app min-h-48 flex-1 overflow-y-auto px-5 pb-5 outline-none">
            {children}
          </div>
          {footer}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
