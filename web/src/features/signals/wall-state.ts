/** What the wall holds while the reader is on another screen: rows, choice and place. */
import type { SignalPage } from "#/api/nouns";
import { live } from "#/app/live";
import { cell } from "#/lib/cell";
import { type Filters, filtersOf, matches } from "./filters";
import { RowStore, byNewest, byScore } from "./row-store";

export const rows = new RowStore();

/** The signal that keys act on. */
export const chosen = cell<string | null>(null);

/** How far the list was scrolled, in pixels. */
export const place = { top: 0 };

/** Where the grid ends and what it can do for the keys. */
export const list: { scrollTo: (index: number) => void } = { scrollTo: () => undefined };

let shown: SignalPage | null = null;
let filters: Filters = filtersOf({});

/** Takes a first page over, once. */
export function show(page: SignalPage, under: Filters): void {
  if (shown === page) return;
  if (shown !== null) {
    place.top = 0;
    list.scrollTo(0);
  }
  shown = page;
  filters = under;
  if (!page.items.some((signal) => signal.id === chosen.get())) chosen.set(null);
  rows.replace(page);
  live.start(page.position);
}

/** Lets the waiting signals into the list. */
export function welcome(): void {
  rows.welcome(filters.sort === "score" ? byScore : byNewest);
  list.scrollTo(0);
}

live.read((batch) => {
  const day = live.state().status?.on ?? shown?.on ?? "";
  rows.apply(batch, (signal) => matches(filters, signal, day));
  // An empty list cannot shift.
  if (rows.listing().ids.length === 0 && rows.listing().waiting > 0) welcome();
});
live.onLoss(() => rows.lost());
