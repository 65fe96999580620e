/** The worker that all tabs of a browser share: it holds their live stream. */
import { type HubMessage, type TabMessage, browserHub } from "./stream-hub";

const hub = browserHub();

// The types of a page do not know the scope of a worker.
(globalThis as unknown as EventTarget).addEventListener("connect", (event) => {
  const port = (event as MessageEvent).ports[0];
  if (!port) return;
  const tab = (message: HubMessage) => port.postMessage(message);
  port.addEventListener("message", ({ data }: MessageEvent<TabMessage>) => hub.receive(tab, data));
  port.start();
  hub.join(tab);
});
