/** The Signals Wall: companies that are about to buy, newest first, with the evidence. */
import { Suspense, lazy, useEffect, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { useLocation, useSearch } from "@tanstack/react-router";
import { allFacets, products as productsQuery } from "#/api/queries";
import { Header } from "#/app/header";
import { wallAddress } from "#/app/wall-address";
import { ProblemState } from "#/components/problem-state";
import { useIsWide } from "#/lib/media";
import { en } from "#/i18n/en";
import { EmptyWall } from "./empty-wall";
import { FacetRail } from "./facet-rail";
import { activeFilters } from "./filters";
import { readRefusal } from "./refusal";
import { RefusedWall } from "./refused-wall";
import { SearchBox } from "./search-box";
import { Table } from "./table";
import { Tiles } from "./tiles";
import { Toolbar } from "./toolbar";
import { useFilters, useListing, useWall } from "./use-wall";
import { useWallKeys } from "./wall-keys";

const FilterSheet = lazy(() => import("./filter-sheet"));

export function Wall() {
  const { filters, view, go } = useFilters();
  const { page, letIn, on, loadMore, loading } = useWall(filters);
  const products = useQuery(productsQuery).data ?? [];
  const { ids } = useListing();
  const isWide = useIsWide();
  const [sheet, setSheet] = useState(false);
  useWallKeys(letIn);
  // During navigation to another screen the wall is still mounted, and the address is not its own.
  const address = useLocation({ select: ({ pathname, href }) => (pathname === "/" ? href : undefined) });
  const { evidence } = useSearch({ from: "__root__" });
  useEffect(() => {
    if (evidence === undefined && address !== undefined) wallAddress.set(address);
  }, [address, evidence]);
  useEffect(() => {
    document.title = `${en.wall.title} · ${en.app}`;
  }, []);

  const refusal = readRefusal(page.error, filters);
  const isFiltered = activeFilters(filters).length > 0;
  const all = useQuery({ ...allFacets, enabled: isFiltered }).data;
  const rail = { filters, facets: page.data?.facets, all, products, refusal, onChange: (next: typeof filters) => go(next, view) };
  const list = { on, loadMore, dim: page.isPlaceholderData };
  return (
    <div className="flex h-full flex-col">
      <Header>
        <SearchBox query={filters.q} onSearch={(q) => go({ ...filters, q }, view, true)} />
      </Header>
      <div className="flex min-h-0 flex-1">
        <aside aria-label={en.wall.filters} className="w-60 shrink-0 overflow-y-auto border-r border-line px-5 py-4 @max-5xl/app:hidden">
          <FacetRail {...rail} />
        </aside>
        <main id="content" aria-busy={page.isFetching || loading} className="@container relative flex min-w-0 flex-1 flex-col">
          <Toolbar filters={filters} view={view} on={on} go={go} letIn={letIn} rail={rail} similar={page.data?.similar ?? []} isCounted={!page.isError} onFilters={() => setSheet(true)} />
          {refusal !== null && <RefusedWall {...rail} refusal={refusal} />}
          {page.isError && refusal === null && <div className="grid flex-1 place-items-center"><ProblemState problem={page.error} again={() => void page.refetch()} /></div>}
          {page.isPending && <Skeleton />}
          {page.isSuccess && ids.length === 0 && !page.isFetching && <EmptyWall {...rail} />}
          {page.isSuccess && ids.length > 0 && (view === "table" && isWide ? <Table {...list} /> : <Tiles {...list} />)}
        </main>
      </div>
      <Suspense>{sheet && <FilterSheet {...rail} onClose={() => setSheet(false)} />}</Suspense>
    </div>
  );
}

function Skeleton() {
  return (
    <div aria-hidden="true" className="grid grid-cols-1 gap-3 overflow-hidden px-3 @3xl:grid-cols-2 @3xl:px-5 @5xl:grid-cols-3">
      {Array.from({ length: 9 }, (_, place) => (
        <div key={place} className="h-60 animate-pulse rounded-xl bg-surface" />
      ))}
    </div>
  );
}
