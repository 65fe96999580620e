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

export const kindTitle = (kind: string, facets: Facets | undefined): string =>
  facets?.kind.find((facet) => facet.value === kind)?.title ?? sentence(kind);

export function filterWords({ name, value }: ActiveFilter, facets: Facets | undefined, products: Choice[]): string {
  switch (name) {
    case "q":
      return en.wall.query(value);
    case "kind":
      return kindTitle(value, facets);
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
