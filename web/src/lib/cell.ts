/** A value outside of React that components can subscribe to. */
import { useSyncExternalStore } from "react";

export interface Cell<Value> {
  get: () => Value;
  set: (value: Value) => void;
  watch: (watcher: () => void) => () => void;
}

export function cell<Value>(first: Value): Cell<Value> {
  let value = first;
  const watchers = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      value = next;
      for (const watcher of watchers) watcher();
    },
    watch: (watcher) => {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
  };
}

export const useCell = <Value,>(source: Cell<Value>): Value => useSyncExternalStore(source.watch, source.get);
