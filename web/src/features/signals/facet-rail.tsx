/** All filters with their choices and the number of signals of each choice. */
import { Segments } from "#/components/ui/segments";
import { en } from "#/i18n/en";
import { countryName } from "#/lib/format";
import { CONFIDENCES, FRESHNESS, type Filters, SCORES, toggled } from "./filters";
import { type Choice, type Facets, kindTitle } from "./filter-words";
import { FacetGroup, FacetRow } from "./facet-row";

export interface RailProps {
  filters: Filters;
  facets: Facets | undefined;
  products: Choice[];
  onChange: (filters: Filters) => void;
}

export function FacetRail({ filters, facets, products, onChange }: RailProps) {
  const set = (change: Partial<Filters>) => onChange({ ...filters, ...change });
  const counts = (listed: Facets["kind"] | Facets["geo"] | undefined, on: string[]) => [
    ...(listed ?? []).map(({ value, count }) => ({ value, count })),
    // A selected choice without matches must stay visible, so that it can be deselected.
    ...on.filter((value) => !listed?.some((facet) => facet.value === value)).map((value) => ({ value, count: 0 })),
  ];
  const kinds = counts(facets?.kind, filters.kind);
  const countries = counts(facets?.geo, filters.geo);
  return (
    <div className="flex flex-col gap-5">
      <FacetGroup title={en.wall.kind} hidden={kinds.length === 0}>
        {kinds.map(({ value, count }) => (
          <FacetRow key={value} many name="kind" words={kindTitle(value, facets)} count={count} checked={filters.kind.includes(value)} onPick={() => set({ kind: toggled(filters.kind, value) })} />
        ))}
      </FacetGroup>
      {products.length > 1 && (
        <FacetGroup title={en.wall.product}>
          <FacetRow name="product" words={en.wall.any} checked={filters.product === ""} onPick={() => set({ product: "" })} />
          {products.map(({ id, name }) => (
            <FacetRow key={id} name="product" words={name} checked={filters.product === id} onPick={() => set({ product: id })} />
          ))}
        </FacetGroup>
      )}
      <FacetGroup title={en.wall.score}>
        <Segments wide label={en.wall.score} value={String(filters.score)} options={steps(SCORES, (step) => `${step}+`)} onPick={(step) => set({ score: Number(step) })} />
      </FacetGroup>
      <FacetGroup title={en.wall.confidence}>
        <Segments wide label={en.wall.confidence} value={String(filters.confidence)} options={steps(CONFIDENCES, (step) => `${step} %`)} onPick={(step) => set({ confidence: Number(step) })} />
      </FacetGroup>
      <FacetGroup title={en.wall.freshness}>
        <Segments wide label={en.wall.freshness} value={filters.freshness} options={freshness} onPick={(chosen) => set({ freshness: chosen })} />
      </FacetGroup>
      <FacetGroup title={en.wall.geo} hidden={countries.length === 0}>
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
