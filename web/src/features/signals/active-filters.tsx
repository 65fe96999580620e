/** The active filters, each with a button to remove it. */
import { TriangleAlert, X } from "lucide-react";
import clsx from "clsx";
import { en } from "#/i18n/en";
import { activeFilters, filtersOf } from "./filters";
import type { RailProps } from "./facet-rail";
import { filterWords } from "./filter-words";

export function ActiveFilters({ filters, facets, all, products, refusal, onChange }: RailProps) {
  const active = activeFilters(filters);
  if (active.length === 0) return null;
  return (
    <>
      {active.map((filter) => {
        const words = filterWords(filter, { facets, all, products });
        const isRefused = refusal?.filter?.name === filter.name && refusal.filter.value === filter.value;
        return (
          <button
            key={`${filter.name} ${filter.value}`}
            type="button"
            aria-label={isRefused ? en.wall.refused.remove(words) : en.wall.remove(words)}
            data-testid="filter"
            onClick={() => onChange(filter.without)}
            className={clsx(
              "flex min-h-7 max-w-full items-center gap-1 rounded-2xl border pr-1.5 pl-3 text-left text-xs font-medium hover:brightness-110",
              isRefused ? "border-bad bg-raised text-bad" : "border-accent bg-accent-soft",
            )}
          >
            {isRefused && <TriangleAlert size="0.8125rem" className="shrink-0" aria-hidden="true" />}
            <span className="min-w-0 py-0.5">{words}</span>
            <X size="0.8125rem" className="shrink-0" aria-hidden="true" />
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
