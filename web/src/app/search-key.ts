/** Ctrl-K, or Cmd-K on a Mac: goes to the search of the wall, from every screen. */
import { useEffect } from "react";
import { useRouter } from "@tanstack/react-router";
import { useEvidence } from "#/components/evidence/open";
import { asking } from "#/components/feedback/outcomes";
import { cell } from "#/lib/cell";
import { helpOpen } from "./help-state";
import { useShortcuts } from "./shortcuts";
import { wallAddress } from "./wall-address";

const isMac = /mac|iphone|ipad/i.test(navigator.platform);

/** The keys as they are shown. */
export const searchKeys = isMac ? "⌘ K" : "Ctrl K";

/** Whether the search box is to take the focus as soon as it is shown. */
export const searchWanted = cell(false);

const isSearchKey = ({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean =>
  key.toLowerCase() === "k" && ctrlKey !== metaKey && !altKey && !shiftKey;

/** Returns the function that closes what is open over the screen and focuses the search of the wall. */
export function useGoToSearch(): () => void {
  const router = useRouter();
  const evidence = useEvidence();
  return () => {
    const { pathname, search } = router.state.location;
    if (pathname === "/login") return;
    helpOpen.set(false);
    asking.set(null);
    searchWanted.set(true);
    if (pathname !== "/") router.history.push(wallAddress.get());
    else if ("evidence" in search) evidence.close();
  };
}

/** Listens for the keys on every screen. Unlike a single key, they also work while text is typed. */
export function useSearchKey(): void {
  const go = useGoToSearch();
  useShortcuts({ "/": go });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!isSearchKey(event)) return;
      event.preventDefault();
      go();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  });
}
