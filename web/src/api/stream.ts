/**
 * The live stream: one connection for the whole app. Events are collected and delivered once per
 * animation frame; after a break the stream resumes after the last event received.
 */
import type { Signal, Status, Trouble } from "./nouns";

/** The events of one frame: the latest state of each signal, in the order of arrival. */
export interface Batch {
  signals: Signal[];
  gone: string[];
}

export type Connection = "off" | "connecting" | "open" | "waiting";

/** The state shown in the header. */
export interface LiveState {
  connection: Connection;
  paused: boolean;
  /** Signals held back while paused. */
  held: number;
  status: Status | null;
  /** Problems that keep leadq from working; reported even without a status. */
  troubles: Trouble[];
}

/** The part of EventSource that is used, so that a test can replace it. */
export interface Source {
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

export interface Surroundings {
  open: (url: string) => Source;
  /** Calls `run` before the next repaint. */
  nextFrame: (run: () => void) => void;
  later: (run: () => void, ms: number) => void;
  random: () => number;
}

/** If more signals are held, they are dropped and the list is fetched again. */
export const HELD_MAX = 2_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** Computes the wait before the n-th attempt: it doubles, minus a random part of up to one half. */
export function waitMs(failures: number, random: number): number {
  const full = Math.min(FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1), LONGEST_WAIT_MS);
  return Math.round(full * (1 - random / 2));
}

export class LiveStream {
  #around: Surroundings;
  #source: Source | null = null;
  #position: string | null = null;
  #failures = 0;
  #signals = new Map<string, Signal>();
  #gone = new Set<string>();
  #framed = false;
  #overflowed = false;
  #state: LiveState = { connection: "off", paused: false, held: 0, status: null, troubles: [] };
  #watchers = new Set<() => void>();
  #readers = new Set<(batch: Batch) => void>();
  #losers = new Set<() => void>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Connects unless already connected; `position` is the stream position of the caller's page. */
  start = (position?: string): void => {
    if (this.#state.connection !== "off") return;
    this.#position ??= position ?? null;
    this.#connect();
  };

  /** Closes the connection; the next start resumes from its last event. */
  stop = (): void => {
    this.#source?.close();
    this.#source = null;
    this.#set({ connection: "off" });
  };

  pause = (paused: boolean): void => {
    this.#set({ paused });
    if (!paused) this.#flush();
  };

  state = (): LiveState => this.#state;

  /** Registers a callback for changes of `state`. */
  watch = (watcher: () => void): (() => void) => added(this.#watchers, watcher);

  /** Registers a callback for every batch of changed signals. */
  read = (reader: (batch: Batch) => void): (() => void) => added(this.#readers, reader);

  /** Registers a callback for dropped signals, after which a list must be fetched again. */
  onLoss = (loser: () => void): (() => void) => added(this.#losers, loser);

  #connect(): void {
    const from = this.#position === null ? "" : `?position=${encodeURIComponent(this.#position)}`;
    const source = this.#around.open(`/api/v1/stream${from}`);
    this.#source = source;
    this.#set({ connection: "connecting" });
    const on = (type: string, handle: (event: MessageEvent<string>) => void) =>
      source.addEventListener(type, (event) => {
        if (this.#source === source) handle(event);
      });
    on("open", () => {
      this.#failures = 0;
      this.#set({ connection: "open" });
    });
    on("error", () => this.#retry());
    on("status", (event) => {
      this.#seen(event);
      const status = JSON.parse(event.data) as Status;
      this.#set({ status, troubles: status.troubles });
    });
    on("trouble", (event) => this.#set({ troubles: JSON.parse(event.data) as Trouble[] }));
    on("reload", (event) => {
      // The log does not reach back to the last event of this stream.
      this.#seen(event);
      this.#overflowed = true;
      this.#gathered();
    });
    on("signal", (event) => {
      this.#seen(event);
      const signal = JSON.parse(event.data) as Signal;
      // Deleted and set again, so that the newest is last.
      this.#signals.delete(signal.id);
      this.#signals.set(signal.id, signal);
      this.#gone.delete(signal.id);
      this.#gathered();
    });
    on("gone", (event) => {
      this.#seen(event);
      const { id } = JSON.parse(event.data) as { id: string };
      this.#signals.delete(id);
      this.#gone.add(id);
      this.#gathered();
    });
  }

  #seen(event: MessageEvent<string>): void {
    if (event.lastEventId !== "") this.#position = event.lastEventId;
  }

  #retry(): void {
    const failed = this.#source;
    failed?.close();
    this.#failures += 1;
    this.#set({ connection: "waiting" });
    const again = () => {
      if (this.#source === failed && this.#state.connection === "waiting") this.#connect();
    };
    this.#around.later(again, waitMs(this.#failures, this.#around.random()));
  }

  #gathered(): void {
    if (this.#signals.size + this.#gone.size > HELD_MAX) {
      this.#signals.clear();
      this.#gone.clear();
      this.#overflowed = true;
    }
    if (this.#framed) return;
    this.#framed = true;
    this.#around.nextFrame(() => {
      this.#framed = false;
      if (!this.#state.paused) this.#flush();
      else this.#set({ held: this.#overflowed ? HELD_MAX : this.#signals.size + this.#gone.size });
    });
  }

  #flush(): void {
    if (this.#overflowed) {
      this.#overflowed = false;
      for (const lost of this.#losers) lost();
    }
    const batch = { signals: [...this.#signals.values()], gone: [...this.#gone] };
    this.#signals.clear();
    this.#gone.clear();
    if (this.#state.held > 0) this.#set({ held: 0 });
    if (batch.signals.length + batch.gone.length === 0) return;
    for (const read of this.#readers) read(batch);
  }

  #set(change: Partial<LiveState>): void {
    this.#state = { ...this.#state, ...change };
    for (const watcher of this.#watchers) watcher();
  }
}

function added<Item>(set: Set<Item>, item: Item): () => void {
  set.add(item);
  return () => void set.delete(item);
}
