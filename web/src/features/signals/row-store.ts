/**
 * The rows of the wall, outside of React: each tile subscribes to its own row, so that an update
 * renders one tile and never the list. The order changes only when the reader requests it.
 */
import type { Batch } from "#/api/stream";
import type { Signal, SignalPage } from "#/api/nouns";

export interface Row {
  signal: Signal;
  /** Withdrawn by the server; the row keeps its place until the list is fetched again. */
  withdrawn: boolean;
}

/** The state of the list as a whole. */
export interface Listing {
  ids: readonly string[];
  /** New signals that are not in the list yet. */
  waiting: number;
  /** Whether signals were dropped, so that the list must be fetched again. */
  overflowed: boolean;
  /** The cursor of the next page, if there is one. */
  next: string | null;
  total: number;
}

type Order = (left: Signal, right: Signal) => number;

/** By the day of the event, which is shown, then by the time when leadq found it. */
export const byNewest: Order = (left, right) =>
  right.start.localeCompare(left.start) || right.detected_at.localeCompare(left.detected_at) || left.id.localeCompare(right.id);
export const byScore: Order = (left, right) => right.score - left.score || byNewest(left, right);

/** If more signals wait, they are dropped; the list must then be fetched again. */
export const WAITING_MAX = 1_000;

const EMPTY: Listing = { ids: [], waiting: 0, overflowed: false, next: null, total: 0 };

export class RowStore {
  #rows = new Map<string, Row>();
  #waiting = new Map<string, Signal>();
  #listing: Listing = EMPTY;
  #rowWatchers = new Map<string, Set<() => void>>();
  #listWatchers = new Set<() => void>();

  row = (id: string): Row | undefined => this.#rows.get(id);

  listing = (): Listing => this.#listing;

  watchRow = (id: string, watcher: () => void): (() => void) => {
    const watchers = this.#rowWatchers.get(id) ?? new Set();
    this.#rowWatchers.set(id, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0) this.#rowWatchers.delete(id);
    };
  };

  watchListing = (watcher: () => void): (() => void) => {
    this.#listWatchers.add(watcher);
    return () => void this.#listWatchers.delete(watcher);
  };

  /** Replaces all rows with a first page. */
  replace(page: SignalPage): void {
    this.#rows = new Map(page.items.map((signal) => [signal.id, { signal, withdrawn: false }]));
    this.#waiting.clear();
    this.#list({ ids: [...this.#rows.keys()], waiting: 0, overflowed: false, next: page.next, total: page.total });
    for (const id of this.#rowWatchers.keys()) this.#tell(id);
  }

  /** Appends a further page. */
  append(page: SignalPage): void {
    const fresh = page.items.filter((signal) => !this.#rows.has(signal.id));
    for (const signal of page.items) {
      this.#rows.set(signal.id, { signal, withdrawn: false });
      this.#waiting.delete(signal.id);
    }
    const ids = [...this.#listing.ids, ...fresh.map((signal) => signal.id)];
    this.#list({ ...this.#listing, ids, waiting: this.#waiting.size, next: page.next, total: page.total });
  }

  /** Applies a batch of the stream: shown rows change in place, new ones wait. */
  apply(batch: Batch, belongs: (signal: Signal) => boolean): void {
    const before = this.#waiting.size;
    for (const signal of batch.signals) {
      if (this.#rows.has(signal.id)) {
        this.#rows.set(signal.id, { signal, withdrawn: false });
        this.#tell(signal.id);
      } else if (belongs(signal)) {
        this.#waiting.set(signal.id, signal);
      } else {
        this.#waiting.delete(signal.id);
      }
    }
    for (const id of batch.gone) {
      this.#waiting.delete(id);
      const row = this.#rows.get(id);
      if (row) {
        this.#rows.set(id, { ...row, withdrawn: true });
        this.#tell(id);
      }
    }
    if (this.#waiting.size > WAITING_MAX) {
      this.#waiting.clear();
      this.lost();
    } else if (this.#waiting.size !== before) this.#list({ ...this.#listing, waiting: this.#waiting.size });
  }

  /** Records that events were lost, so that the list must be fetched again. */
  lost(): void {
    this.#list({ ...this.#listing, waiting: this.#waiting.size, overflowed: true });
  }

  /** Inserts the waiting signals in order and removes the withdrawn ones. */
  welcome(order: Order): void {
    for (const [id, row] of this.#rows) if (row.withdrawn) this.#rows.delete(id);
    for (const [id, signal] of this.#waiting) this.#rows.set(id, { signal, withdrawn: false });
    const sorted = [...this.#rows.values()].map((row) => row.signal).toSorted(order);
    const total = this.#listing.total + sorted.length - this.#listing.ids.length;
    this.#waiting.clear();
    this.#list({ ...this.#listing, ids: sorted.map((signal) => signal.id), waiting: 0, total });
  }

  #list(listing: Listing): void {
    this.#listing = listing;
    for (const watcher of this.#listWatchers) watcher();
  }

  #tell(id: string): void {
    for (const watcher of this.#rowWatchers.get(id) ?? []) watcher();
  }
}
