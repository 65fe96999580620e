import { type RefObject, useCallback, useEffect, useSyncExternalStore } from "react";
import { type Row } from "./row-store";
import { rows } from "./wall-state";

/** Returns the current state of a row. A change renders nothing else on the page. */
export function useRow(id: string): Row | undefined {
  return useSyncExternalStore(
    useCallback((watcher: () => void) => rows.watchRow(id, watcher), [id]),
    () => rows.row(id),
  );
}

/** Focuses a row chosen by key, unless an element inside it, or a box that is typed into, has the focus. */
export function useFocusWhenChosen(row: RefObject<HTMLElement | null>, isChosen: boolean): void {
  useEffect(() => {
    const focused = document.activeElement;
    if (isChosen && row.current && !row.current.contains(focused) && !focused?.matches("input")) row.current.focus({ preventScroll: true });
  }, [row, isChosen]);
}
