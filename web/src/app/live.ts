/** The live stream of this tab, and the hook for its state. */
import { useSyncExternalStore } from "react";
import { queryClient, status } from "#/api/queries";
import { LiveStream } from "#/api/stream";
import { type HubMessage, type TabMessage, browserHub } from "#/api/stream-hub";

/** Uses a slow timer in a hidden tab, where animation frames stop. */
function nextFrame(run: () => void): void {
  if (document.hidden) setTimeout(run, 500);
  else requestAnimationFrame(run);
}

/**
 * Joins the hub in the worker that all tabs share, or a hub of this tab's own in a browser without
 * such workers.
 */
function hub(receive: (message: HubMessage) => void): (message: TabMessage) => void {
  if (typeof SharedWorker === "undefined") {
    const own = browserHub();
    own.join(receive);
    return (message) => own.receive(receive, message);
  }
  const { port } = new SharedWorker(new URL("../api/stream-worker.ts", import.meta.url), { type: "module", name: "leadq" });
  port.addEventListener("message", ({ data }: MessageEvent<HubMessage>) => receive(data));
  port.start();
  return (message) => port.postMessage(message);
}

export const live = new LiveStream({ hub, nextFrame });

// The server serves few streams, so that a browser whose tabs are all hidden closes its own.
const HIDDEN_MS = 30_000;
let hiding: ReturnType<typeof setTimeout> | undefined;
let wasOn = false;
document.addEventListener("visibilitychange", () => {
  clearTimeout(hiding);
  if (document.hidden) {
    hiding = setTimeout(() => {
      wasOn = live.stop() || wasOn;
    }, HIDDEN_MS);
  } else if (wasOn) {
    wasOn = false;
    live.start();
  }
});
// A page that the browser's history restores becomes visible again.
window.addEventListener("pagehide", () => {
  wasOn = live.leave() || wasOn;
});

// The stream does not say why it ended. If the session has, this request leads to the login.
let before = live.state().connection;
live.watch(() => {
  const { connection } = live.state();
  if (connection === "waiting" && before !== "waiting" && !document.hidden) {
    void queryClient.fetchQuery({ ...status, staleTime: 0 }).catch(() => undefined);
  }
  before = connection;
});

export function useLive() {
  return useSyncExternalStore(live.watch, live.state);
}
