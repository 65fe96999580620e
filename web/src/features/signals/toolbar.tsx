/** The bar above the list: number of signals, active filters, new signals, and view. */
import { ArrowUp, LayoutGrid, Rows3, SlidersHorizontal } from "lucide-react";
import { Button } from "#/components/ui/button";
import { Segments } from "#/components/ui/segments";
import { en } from "#/i18n/en";
import { longDay } from "#/lib/time";
import { ActiveFilters } from "./active-filters";
import { type Filters, type View, activeFilters } from "./filters";
import type { Choice, Facets } from "./filter-words";
import { useListing } from "./use-wall";

interface Props {
  filters: Filters;
  view: View;
  on: string;
  facets: Facets | undefined;
  products: Choice[];
  go: (filters: Filters, view: View) => void;
  letIn: () => void;
  onFilters: () => void;
}

export function Toolbar({ filters, view, on, facets, products, go, letIn, onFilters }: Props) {
  const { total, waiting, overflowed } = useListing();
  const set = activeFilters(filters).length;
  return (
    <div className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-2 px-3 py-2.5 md:px-5">
      <div className="flex items-baseline gap-2">
        <h1 className="sr-only">{en.wall.title}</h1>
        <p className="figures font-semibold" data-testid="total">{en.wall.total(total)}</p>
        {on !== "" && <p className="text-xs text-muted max-sm:hidden">{en.wall.asOf(longDay(on))}</p>}
      </div>
      <div role="status" className="z-20 flex justify-center empty:hidden max-md:pointer-events-none max-md:absolute max-md:inset-x-0 max-md:top-14">
        {(waiting > 0 || overflowed) && (
          <button
            type="button"
            onClick={letIn}
            data-hint={en.wall.newItemsTitle}
            data-testid="new"
            className="enter-up figures pointer-events-auto flex h-7 items-center gap-1.5 rounded-full bg-accent px-3 text-[0.8125rem] font-semibold text-accent-ink max-md:mt-2 max-md:shadow-float hover:brightness-110"
          >
            <ArrowUp size={14} aria-hidden="true" />
            {overflowed ? en.wall.manyNew : en.wall.newItems(waiting)}
          </button>
        )}
      </div>
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-1.5 max-lg:order-last max-lg:w-full max-lg:flex-none max-lg:empty:hidden">
        <ActiveFilters filters={filters} facets={facets} products={products} onChange={(next) => go(next, view)} />
      </div>
      <div className="ml-auto flex items-center gap-2">
        <Button onClick={onFilters} className="lg:hidden">
          <SlidersHorizontal size={14} aria-hidden="true" />
          {en.wall.filters}
          {set > 0 && <span className="figures rounded-full bg-accent px-1.5 text-2xs text-accent-ink">{set}</span>}
        </Button>
        <Segments label={en.wall.sort.title} value={filters.sort} onPick={(sort) => go({ ...filters, sort }, view)} options={[{ value: "newest", words: en.wall.sort.newest }, { value: "score", words: en.wall.sort.score }]} />
        <div className="max-md:hidden">
          <Segments
            label={en.wall.views.title}
            value={view}
            onPick={(as) => go(filters, as)}
            options={[
              { value: "tiles", words: en.wall.views.tiles, Icon: LayoutGrid },
              { value: "table", words: en.wall.views.table, Icon: Rows3 },
            ]}
          />
        </div>
      </div>
    </div>
  );
}
