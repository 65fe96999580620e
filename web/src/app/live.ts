/** The app's one live stream, and the hook that shows its state. */
import { useSyncExternalStore } from "react";
import { LiveStream } from "#/api/stream";

/** Frames stop in a hidden tab; a slow timer goes on for them. */
function nextFrame(run: () => void): void {
  if (document.hidden) setTimeout(run, 500);
  else requestAnimationFrame(run);
}

export const live = new LiveStream({
  open: (url) => new EventSource(url),
  nextFrame,
  later: (run, ms) => setTimeout(run, ms),
  random: Math.random,
});

// A browser holds few connections per host, so a tab that nobody sees gives its own back.
const HIDDEN_MS = 30_000;
let hiding: ReturnType<typeof setTimeout> | undefined;
let wasOn = false;
document.addEventListener("visibilitychange", () => {
  clearTimeout(hiding);
  if (document.hidden) {
    hiding = setTimeout(() => {
      wasOn = live.state().connection !== "off";
      live.stop();
    }, HIDDEN_MS);
  } else if (wasOn) {
    wasOn = false;
    live.start();
  }
});

export function useLive() {
  return useSyncExternalStore(live.watch, live.state);
}
