/** The text of an active filter. */
import type { SignalPage } from "#/api/nouns";
import { en } from "#/i18n/en";
import { countryName, sentence } from "#/lib/format";
import type { ActiveFilter } from "./filters";

export type Facets = SignalPage["facets"];
export interface Choice {
  id: string;
  name: string;
}

/** A choice of a filter, with the number of signals under the other filters; absent if not known. */
interface Counted {
  value: string;
  count?: number;
}

/**
 * Returns the choices of a filter. Those without signals stay after the others, so that the list does
 * not lose rows while one filters, and so that a selected one can be deselected: all that exist
 * without filters, the selected ones, and `always`.
 */
export function choices(listed: Counted[] | undefined, all: Counted[] | undefined, on: string[], ...always: string[]): Counted[] {
  const found = listed ?? [];
  const known = new Set(found.map(({ value }) => value));
  const others = [...new Set([...(all ?? []).map(({ value }) => value), ...on, ...always])].filter((value) => !known.has(value));
  // Without a single row there is nothing to choose from.
  if (found.length === 0 && all === undefined && on.length === 0) return [];
  return [...found, ...others.map((value) => (listed === undefined ? { value } : { value, count: 0 }))];
}

export const kindTitle = (kind: string, ...known: (Facets | undefined)[]): string =>
  known.flatMap((facets) => facets?.kind ?? []).find((facet) => facet.value === kind)?.title ?? sentence(kind);

/** What names the values of filters. */
interface Named {
  facets: Facets | undefined;
  all: Facets | undefined;
  products: Choice[];
}

export function filterWords({ name, value }: ActiveFilter, { facets, all, products }: Named): string {
  switch (name) {
    case "q":
      return en.wall.query(value);
    case "kind":
      return kindTitle(value, facets, all);
    case "geo":
      return countryName(value);
    case "product":
      return products.find((product) => product.id === value)?.name ?? value;
    case "score":
      return `${en.wall.score} ${en.wall.atLeast(Number(value))}`;
    case "confidence":
      return `${en.wall.confidence} ${en.wall.atLeastPercent(Number(value))}`;
    case "freshness":
      return en.wall.fresh[value] ?? value;
    default:
      return en.wall.company;
  }
}
