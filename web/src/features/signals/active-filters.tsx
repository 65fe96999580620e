/** The active filters, each with a button to remove it. */
import { X } from "lucide-react";
import { en } from "#/i18n/en";
import { activeFilters, filtersOf } from "./filters";
import type { RailProps } from "./facet-rail";
import { filterWords } from "./filter-words";

export function ActiveFilters({ filters, facets, products, onChange }: RailProps) {
  const active = activeFilters(filters);
  if (active.length === 0) return null;
  return (
    <>
      {active.map((filter) => {
        const words = filterWords(filter, facets, products);
        return (
          <button
            key={`${filter.name} ${filter.value}`}
            type="button"
            aria-label={en.wall.remove(words)}
            data-testid="filter"
            onClick={() => onChange(filter.without)}
            className="flex h-7 max-w-60 items-center gap-1 rounded-full border border-accent bg-accent-soft pr-1.5 pl-3 text-xs font-medium hover:brightness-110"
          >
            <span className="truncate">{words}</span>
            <X size={13} className="shrink-0" aria-hidden="true" />
          </button>
        );
      })}
      {active.length > 1 && (
        <button type="button" onClick={() => onChange({ ...filtersOf({}), sort: filters.sort })} className="h-7 rounded px-2 text-xs text-muted hover:text-ink hover:underline">
          {en.wall.clear}
        </button>
      )}
    </>
  );
}
