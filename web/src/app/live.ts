/** The app's single live stream, and the hook for its state. */
import { useSyncExternalStore } from "react";
import { LiveStream } from "#/api/stream";

/** Uses a slow timer in a hidden tab, where animation frames stop. */
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

// A browser allows few connections per host, so a hidden tab closes its own.
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
