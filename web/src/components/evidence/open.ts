/** Opens and closes the drawer, which is part of the address: Back closes it and links keep it. */
import { useCallback } from "react";
import { useRouter } from "@tanstack/react-router";

declare module "@tanstack/history" {
  interface HistoryState {
    /** Whether the drawer was opened from the previous history entry. */
    drawerOpened?: true;
  }
}

export function useEvidence() {
  const router = useRouter();
  const open = useCallback(
    (id: string) =>
      void router.navigate({
        to: ".",
        search: (search) => ({ ...search, evidence: id }),
        state: (state) => ({ ...state, drawerOpened: true }),
        resetScroll: false,
      }),
    [router],
  );
  const close = useCallback(() => {
    // Goes back in history, so that the next Back leaves the screen instead of reopening the
    // drawer.
    if (router.state.location.state.drawerOpened) return router.history.back();
    return void router.navigate({
      to: ".",
      search: ({ evidence: _, ...search }: { evidence?: string }) => search,
      replace: true,
      resetScroll: false,
    });
  }, [router]);
  return { open, close };
}
