/** The context providers of all components. */
import { type ReactNode, Suspense, lazy } from "react";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { queryClient } from "#/api/queries";
import { Hints } from "#/components/ui/hints";

const Toasts = lazy(() => import("#/components/ui/toasts"));

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;

export function Providers({ children }: { children: ReactNode }) {
  return (
    <CSPProvider nonce={nonce}>
      <QueryClientProvider client={queryClient}>
        {/* Layouts depend on its width in rem, so that large text leads to the layout of a small screen. */}
        <div className="@container/app h-full print:h-auto">{children}</div>
        <Hints />
        <Suspense>
          <Toasts />
        </Suspense>
      </QueryClientProvider>
    </CSPProvider>
  );
}
