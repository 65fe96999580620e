/** The wall when the server refuses a filter: its reason, and the filters to remove. */
import { EmptyState } from "#/components/empty-state";
import { en } from "#/i18n/en";
import { ActiveFilters } from "./active-filters";
import type { RailProps } from "./facet-rail";
import { filterWords } from "./filter-words";
import type { Refusal } from "./refusal";

export function RefusedWall({ refusal, ...rail }: RailProps & { refusal: Refusal }) {
  const { filter, detail } = refusal;
  const { refused } = en.wall;
  const title = filter === null ? refused.title : refused.one(filterWords(filter, rail));
  return (
    <div role="alert" className="grid flex-1 place-items-center overflow-y-auto" data-testid="refused">
      <EmptyState title={title} body={detail}>
        <p className="text-muted">{refused.remedy}</p>
        <div className="flex min-w-0 flex-wrap justify-center gap-1.5">
          <ActiveFilters {...rail} refusal={refusal} />
        </div>
      </EmptyState>
    </div>
  );
}
