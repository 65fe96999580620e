/**
 * The connection of the live stream. All tabs of a browser share one, because over HTTP/1.1 a
 * browser opens only six connections to a host, and each stream occupies one. After a break the
 * stream resumes after the last event received.
 */

export type Connection = "off" | "connecting" | "open" | "waiting";

/** A message to a tab: a change of the connection, or an event of the stream. */
export type HubMessage = { connection: Connection } | { event: string; data: string };

/**
 * A message of a tab. The position is that of the tab's page; it counts only if the stream is closed
 * and the tab is new. A tab that stops may start again; one that leaves is closed.
 */
export type TabMessage = { ask: "start"; position: string | null } | { ask: "stop" } | { ask: "leave" };

/** A tab, as the function that sends to it. */
export type Tab = (message: HubMessage) => void;

/** The part of EventSource that is used, so that a test can replace it. */
export interface Source {
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

export interface HubSurroundings {
  open: (url: string) => Source;
  later: (run: () => void, ms: number) => void;
  random: () => number;
}

const EVENTS = ["status", "trouble", "reload", "signal", "gone"];
/** Tells a tab that it missed events. */
const RELOAD: HubMessage = { event: "reload", data: "{}" };
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** Computes the wait before the n-th attempt: it doubles, minus a random part of up to one half. */
export function waitMs(failures: number, random: number): number {
  const full = Math.min(FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1), LONGEST_WAIT_MS);
  return Math.round(full * (1 - random / 2));
}

export class StreamHub {
  #around: HubSurroundings;
  #source: Source | null = null;
  #connection: Connection = "off";
  #position: string | null = null;
  #failures = 0;
  /** The tabs, whether each has ever started, and whether it needs the stream now. */
  #tabs = new Map<Tab, { started: boolean; active: boolean }>();

  constructor(around: HubSurroundings) {
    this.#around = around;
  }

  /**
   * Adds a tab, which receives every event from now on, also before it starts: its first page is
   * requested later, so that it misses nothing in between.
   */
  join = (tab: Tab): void => {
    this.#tabs.set(tab, { started: false, active: false });
    tab({ connection: this.#connection });
  };

  receive = (tab: Tab, message: TabMessage): void => {
    if (message.ask === "start") return this.#start(tab, message.position);
    const known = this.#tabs.get(tab);
    if (known) known.active = false;
    if (message.ask === "leave") this.#tabs.delete(tab);
    if ([...this.#tabs.values()].some(({ active }) => active)) return;
    this.#source?.close();
    this.#source = null;
    this.#set("off");
  };

  #start(tab: Tab, position: string | null): void {
    const known = this.#tabs.get(tab);
    // The browser closed the tab and restored it.
    if (known === undefined) tab(RELOAD);
    this.#tabs.set(tab, { started: true, active: true });
    if (this.#connection === "off") {
      if (position !== null && (this.#position === null || known?.started === false)) this.#begin(tab, position);
      this.#connect();
    } else if (this.#connection === "waiting") {
      // Whoever starts has just heard from the server.
      this.#connect();
    }
  }

  /** Takes the position of a new tab, whose page contains what the other tabs have missed. */
  #begin(tab: Tab, position: string): void {
    if (this.#position !== null && this.#position !== position) {
      for (const [other, { started }] of this.#tabs) if (started && other !== tab) other(RELOAD);
    }
    this.#position = position;
  }

  #connect(): void {
    const from = this.#position === null ? "" : `?position=${encodeURIComponent(this.#position)}`;
    const source = this.#around.open(`/api/v1/stream${from}`);
    this.#source = source;
    this.#set("connecting");
    const on = (type: string, handle: (event: MessageEvent<string>) => void) =>
      source.addEventListener(type, (event) => {
        if (this.#source === source) handle(event);
      });
    on("open", () => {
      this.#failures = 0;
      this.#set("open");
    });
    on("error", () => this.#retry());
    for (const type of EVENTS) {
      on(type, ({ data, lastEventId }) => {
        if (lastEventId !== "") this.#position = lastEventId;
        this.#send({ event: type, data });
      });
    }
  }

  #retry(): void {
    const failed = this.#source;
    failed?.close();
    this.#failures += 1;
    this.#set("waiting");
    const again = () => {
      if (this.#source === failed && this.#connection === "waiting") this.#connect();
    };
    this.#around.later(again, waitMs(this.#failures, this.#around.random()));
  }

  #set(connection: Connection): void {
    if (this.#connection === connection) return;
    this.#connection = connection;
    this.#send({ connection });
  }

  #send(message: HubMessage): void {
    for (const tab of this.#tabs.keys()) tab(message);
  }
}

/** Creates a hub on the browser's own connections and timers. */
export const browserHub = () =>
  new StreamHub({
    open: (url) => new EventSource(url),
    later: (run, ms) => void setTimeout(run, ms),
    random: Math.random,
  });
