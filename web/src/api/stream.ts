/**
 * The live stream in one tab. Its events come from the connection that all tabs share; they are
 * collected and delivered once per animation frame.
 */
import { cleaned } from "#/lib/outside";
import type { Signal, Status, Trouble } from "./nouns";
import type { Connection, HubMessage, TabMessage } from "./stream-hub";

/** The events of one frame: the latest state of each signal, in the order of arrival. */
export interface Batch {
  signals: Signal[];
  gone: string[];
}

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

export interface Surroundings {
  /** Joins the hub of the connection, which calls `receive`; returns the function that sends to it. */
  hub: (receive: (message: HubMessage) => void) => (message: TabMessage) => void;
  /** Calls `run` before the next repaint. */
  nextFrame: (run: () => void) => void;
}

/** If more signals are held, they are dropped and the list is fetched again. */
export const HELD_MAX = 2_000;

export class LiveStream {
  #around: Surroundings;
  #ask: (message: TabMessage) => void;
  #begun = false;
  #active = false;
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
    this.#ask = around.hub((message) => this.#receive(message));
  }

  /**
   * Starts, or hastens an attempt to connect again; `position` is the stream position of the
   * caller's page. Signals that arrived before the first start are delivered now.
   */
  start = (position?: string): void => {
    this.#active = true;
    this.#ask({ ask: "start", position: position ?? null });
    if (this.#begun) return;
    this.#begun = true;
    this.#gathered();
  };

  /** Stops until the next start, and returns whether it was started. */
  stop = (): boolean => this.#end("stop");

  /** Stops because the tab is closed, and returns whether it was started. */
  leave = (): boolean => this.#end("leave");

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

  #end(ask: "stop" | "leave"): boolean {
    const was = this.#active;
    this.#active = false;
    this.#ask({ ask });
    return was;
  }

  #receive(message: HubMessage): void {
    if ("connection" in message) return this.#set({ connection: message.connection });
    const data = cleaned(JSON.parse(message.data));
    switch (message.event) {
      case "status": {
        const status = data as Status;
        return this.#set({ status, troubles: status.troubles });
      }
      case "trouble":
        return this.#set({ troubles: data as Trouble[] });
      case "reload":
        // Events were missed: the log does not reach back to the last one of this stream.
        this.#overflowed = true;
        return this.#gathered();
      case "signal": {
        const signal = data as Signal;
        // Deleted and set again, so that the newest is last.
        this.#signals.delete(signal.id);
        this.#signals.set(signal.id, signal);
        this.#gone.delete(signal.id);
        return this.#gathered();
      }
      case "gone": {
        const { id } = data as { id: string };
        this.#signals.delete(id);
        this.#gone.add(id);
        return this.#gathered();
      }
    }
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
      if (!this.#begun) return;
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
