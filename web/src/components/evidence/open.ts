/** Opens and closes the drawer, which is part of the address: Back closes it and links keep it. */
import { useCallback } from "react";
import { useRouter } from "@tanstack/react-router";

declare module "@tanstack/history" {
  interface HistoryState {
    /** The drawer was opened from the entry before. */
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
    // Closing undoes opening, so that Back afterwards leaves the screen and not the drawer again.
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
