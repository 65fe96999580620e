/** The state of the wall that survives other screens: rows, chosen signal and scroll position. */
import type { SignalPage } from "#/api/nouns";
import { live } from "#/app/live";
import { cell } from "#/lib/cell";
import { type Filters, filtersOf, matches } from "./filters";
import { RowStore, byNewest, byScore } from "./row-store";

export const rows = new RowStore();

/** The signal that keys act on. */
export const chosen = cell<string | null>(null);

/** The scroll position of the list, in pixels. */
export const place = { top: 0 };

/** The interface of the current list to the keys. */
export const list: { scrollTo: (index: number) => void } = { scrollTo: () => undefined };

let shown: SignalPage | null = null;
let filters: Filters = filtersOf({});

/** Shows a first page, once. */
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

/** Moves the waiting signals into the list. */
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
