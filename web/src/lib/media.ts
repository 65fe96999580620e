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

/** The width in rem from which a screen is wide: that of the class `@3xl/app`. */
const WIDE_REM = 48;

export function useIsWide(): boolean {
  return useMedia(`(min-width: ${WIDE_REM * useRem()}px)`);
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
