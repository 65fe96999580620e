import { type RefObject, useCallback, useEffect, useSyncExternalStore } from "react";
import { type Row } from "./row-store";
import { rows } from "./wall-state";

/** One row as it is now. Nothing else on the page is painted when it changes. */
export function useRow(id: string): Row | undefined {
  return useSyncExternalStore(
    useCallback((watcher: () => void) => rows.watchRow(id, watcher), [id]),
    () => rows.row(id),
  );
}

/** Gives the focus to a row that was chosen by a key, unless something inside it has it. */
export function useFocusWhenChosen(row: RefObject<HTMLElement | null>, isChosen: boolean): void {
  useEffect(() => {
    if (isChosen && row.current && !row.current.contains(document.activeElement)) row.current.focus({ preventScroll: true });
  }, [row, isChosen]);
}
