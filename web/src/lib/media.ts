/** What the browser is like: media queries and the size of text. */
import { useCallback, useSyncExternalStore } from "react";

/** Returns whether a media query currently matches. */
export function useMedia(query: string): boolean {
  const watch = useCallback(
    (watcher: () => void) => {
      const media = matchMedia(query);
      media.addEventListener("change", watcher);
      return () => media.removeEventListener("change", watcher);
    },
    [query],
  );
  return useSyncExternalStore(watch, () => matchMedia(query).matches);
}

/** Returns whether the window is at least this wide in rem; 48 is the width of the class `@3xl/app`. */
export function useIsWide(rem = 48): boolean {
  return useMedia(`(min-width: ${rem * useRem()}px)`);
}

/** Returns the size of the root's text in pixels: 1rem. It can change while the page is open. */
export function useRem(): number {
  return useSyncExternalStore(watchRem, readRem);
}

const readRem = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;

function watchRem(watcher: () => void): () => void {
  const probe = document.createElement("div");
  Object.assign(probe.style, { position: "absolute", visibility: "hidden", width: "1rem", height: "0" });
  document.body.append(probe);
  const observer = new ResizeObserver(watcher);
  observer.observe(probe);
  return () => {
    observer.disconnect();
    probe.remove();
  };
}
