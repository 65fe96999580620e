/** All filters with their choices and the number of signals of each choice. */
import { Segments } from "#/components/ui/segments";
import { en } from "#/i18n/en";
import { countryName } from "#/lib/format";
import { CONFIDENCES, FRESHNESS, type Filters, SCORES, UNKNOWN_COUNTRY, toggled } from "./filters";
import { type Choice, type Facets, choices, kindTitle } from "./filter-words";
import { FacetGroup, FacetRow } from "./facet-row";
import { type Refusal, refusalOf } from "./refusal";

export interface RailProps {
  filters: Filters;
  facets: Facets | undefined;
  /** The possible values without any filter. */
  all: Facets | undefined;
  products: Choice[];
  /** The filter that the server does not accept, and its reason. */
  refusal: Refusal | null;
  onChange: (filters: Filters) => void;
}

export function FacetRail({ filters, facets, all, products, refusal, onChange }: RailProps) {
  const set = (change: Partial<Filters>) => onChange({ ...filters, ...change });
  const kinds = choices(facets?.kind, all?.kind, filters.kind);
  const countries = choices(facets?.geo, all?.geo, filters.geo, UNKNOWN_COUNTRY);
  const refused = (name: keyof Filters) => refusalOf(refusal, name);
  return (
    <div className="flex flex-col gap-5">
      <FacetGroup title={en.wall.kind} refused={refused("kind")} hidden={kinds.length === 0}>
        {kinds.map(({ value, count }) => (
          <FacetRow key={value} many name="kind" words={kindTitle(value, facets, all)} count={count} checked={filters.kind.includes(value)} onPick={() => set({ kind: toggled(filters.kind, value) })} />
        ))}
      </FacetGroup>
      {products.length > 1 && (
        <FacetGroup title={en.wall.product} refused={refused("product")}>
          <FacetRow name="product" words={en.wall.any} checked={filters.product === ""} onPick={() => set({ product: "" })} />
          {products.map(({ id, name }) => (
            <FacetRow key={id} name="product" words={name} checked={filters.product === id} onPick={() => set({ product: id })} />
          ))}
        </FacetGroup>
      )}
      <FacetGroup title={en.wall.score} refused={refused("score")}>
        <Segments wide label={en.wall.score} value={String(filters.score)} options={steps(SCORES, (step) => `${step}+`)} onPick={(step) => set({ score: Number(step) })} />
      </FacetGroup>
      <FacetGroup title={en.wall.confidence} refused={refused("confidence")}>
        <Segments wide label={en.wall.confidence} value={String(filters.confidence)} options={steps(CONFIDENCES, (step) => `${step} %`)} onPick={(step) => set({ confidence: Number(step) })} />
      </FacetGroup>
      <FacetGroup title={en.wall.freshness} refused={refused("freshness")}>
        <Segments wide label={en.wall.freshness} value={filters.freshness} options={freshness} onPick={(chosen) => set({ freshness: chosen })} />
      </FacetGroup>
      <FacetGroup title={en.wall.geo} refused={refused("geo")} hidden={countries.length === 0}>
        {countries.map(({ value, count }) => (
          <FacetRow key={value} many name="geo" words={countryName(value)} count={count} checked={filters.geo.includes(value)} onPick={() => set({ geo: toggled(filters.geo, value) })} />
        ))}
      </FacetGroup>
    </div>
  );
}

/** The choices of a filter with few of them, as text. */
const steps = (values: readonly number[], word: (step: number) => string) =>
  [0, ...values].map((step) => ({ value: String(step), words: step === 0 ? en.wall.any : word(step) }));
const freshness = ["", ...FRESHNESS].map((value) => ({ value, words: en.wall.freshShort[value] ?? en.wall.any }));
