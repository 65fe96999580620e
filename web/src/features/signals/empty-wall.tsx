/** An empty wall: shows the reason and the remedy. */
import { EmptyState } from "#/components/empty-state";
import { en } from "#/i18n/en";
import { ActiveFilters } from "./active-filters";
import { activeFilters } from "./filters";
import type { RailProps } from "./facet-rail";

export function EmptyWall(rail: RailProps) {
  const { empty } = en.wall;
  const filtered = activeFilters(rail.filters).length > 0;
  return (
    <div className="grid flex-1 place-items-center" data-testid="empty">
      {filtered ? (
        <EmptyState title={empty.filtered} body={empty.filteredBody}>
          <div className="flex flex-wrap justify-center gap-1.5">
            <ActiveFilters {...rail} />
          </div>
        </EmptyState>
      ) : (
        <EmptyState title={empty.title} body={empty.body}>
          <code className="rounded-md border border-line bg-surface px-3 py-2 font-mono text-xs">{empty.command}</code>
          <p className="text-xs text-muted">{empty.after}</p>
        </EmptyState>
      )}
    </div>
  );
}
