/** The bar above the list: number of signals, active filters, new signals, and view. */
import { ArrowUp, LayoutGrid, Rows3, SlidersHorizontal } from "lucide-react";
import { Button } from "#/components/ui/button";
import { Segments } from "#/components/ui/segments";
import { en } from "#/i18n/en";
import { longDay } from "#/lib/time";
import { ActiveFilters } from "./active-filters";
import { type Filters, type View, activeFilters } from "./filters";
import type { RailProps } from "./facet-rail";
import { useListing } from "./use-wall";

interface Props {
  filters: Filters;
  view: View;
  on: string;
  rail: RailProps;
  /** The words that were searched instead of misspelt ones. */
  similar: readonly string[];
  /** Whether the list is that of the filters, so that its number is true. */
  isCounted: boolean;
  go: (filters: Filters, view: View) => void;
  letIn: () => void;
  onFilters: () => void;
}

export function Toolbar({ filters, view, on, rail, similar, isCounted, go, letIn, onFilters }: Props) {
  const { total, waiting, overflowed } = useListing();
  const set = activeFilters(filters).length;
  return (
    <div className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-2 px-3 py-2.5 @3xl/app:px-5">
      <div className="flex items-baseline gap-2">
        <h1 className="sr-only">{en.wall.title}</h1>
        <p className="figures font-semibold" data-testid="total">{isCounted ? en.wall.total(total) : en.wall.uncounted}</p>
        {similar.length > 0 && <p className="text-xs text-muted" data-testid="similar">{en.wall.similar(similar)}</p>}
        {on !== "" && <p className="text-xs text-muted @max-2xl/app:hidden">{en.wall.asOf(longDay(on))}</p>}
      </div>
      <div role="status" className="z-20 flex justify-center empty:hidden @max-3xl/app:pointer-events-none @max-3xl/app:absolute @max-3xl/app:inset-x-0 @max-3xl/app:top-14">
        {(waiting > 0 || overflowed) && (
          <button
            type="button"
            onClick={letIn}
            data-hint={en.wall.newItemsTitle}
            data-testid="new"
            className="enter-up figures pointer-events-auto flex h-7 items-center gap-1.5 rounded-full bg-accent px-3 text-[0.8125rem] font-semibold text-accent-ink @max-3xl/app:mt-2 @max-3xl/app:shadow-float hover:brightness-110"
          >
            <ArrowUp size="0.875rem" aria-hidden="true" />
            {overflowed ? en.wall.manyNew : en.wall.newItems(waiting)}
          </button>
        )}
      </div>
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-1.5 @max-5xl/app:order-last @max-5xl/app:w-full @max-5xl/app:flex-none @max-5xl/app:empty:hidden">
        <ActiveFilters {...rail} />
      </div>
      <div className="ml-auto flex flex-wrap items-center justify-end gap-2">
        <Button onClick={onFilters} className="@5xl/app:hidden">
          <SlidersHorizontal size="0.875rem" aria-hidden="true" />
          {en.wall.filters}
          {set > 0 && <span className="figures rounded-full bg-accent px-1.5 text-2xs text-accent-ink">{set}</span>}
        </Button>
        <Segments label={en.wall.sort.title} value={filters.sort} onPick={(sort) => go({ ...filters, sort }, view)} options={[{ value: "newest", words: en.wall.sort.newest }, { value: "score", words: en.wall.sort.score }]} />
        <div className="@max-3xl/app:hidden">
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
