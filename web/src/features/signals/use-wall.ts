/** Fetches the signals for the filters, passes them to the rows, and loads more near the end. */
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { firstPage, searchSignals } from "#/api/queries";
import { live, useLive } from "#/app/live";
import { type Filters, type View, filtersOf, queryOf, readSearch, searchOf } from "./filters";
import { rows, show, welcome } from "./wall-state";

export function useFilters() {
  const search = readSearch({ ...useSearch({ from: "/" }) });
  const navigate = useNavigate({ from: "/" });
  const view: View = search.view === "table" ? "table" : "tiles";
  const go = useCallback(
    (filters: Filters, as: View, replace = false) =>
      void navigate({ to: "/", search: { ...searchOf(filters), ...(as === "table" ? { view: as } : {}) }, replace }),
    [navigate],
  );
  return { filters: filtersOf(search), view, go };
}

export const useListing = () => useSyncExternalStore(rows.watchListing, rows.listing);

export function useWall(filters: Filters) {
  const query = queryOf(filters);
  const page = useQuery({ ...firstPage(query), placeholderData: keepPreviousData });
  const { status } = useLive();
  const { data, isPlaceholderData, isError, refetch } = page;

  useEffect(() => {
    if (data && !isPlaceholderData) show(data, filters);
    // The filters belong to the page and change with it.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [data, isPlaceholderData]);

  useEffect(() => {
    // Without a first page the header still shows the state of the server.
    if (isError) live.start();
  }, [isError]);

  const letIn = useCallback(() => (rows.listing().overflowed ? void refetch() : welcome()), [refetch]);
  return { page, letIn, on: status?.on ?? data?.on ?? "", ...useMore(filters) };
}

/** Loads the next page on request, one at a time. */
function useMore(filters: Filters) {
  const [loading, setLoading] = useState(false);
  const busy = useRef(false);
  const loadMore = useCallback(async () => {
    const { next } = rows.listing();
    if (busy.current || next === null) return;
    busy.current = true;
    setLoading(true);
    try {
      const page = await searchSignals(queryOf(filters), next);
      // If the list was fetched again meanwhile, it has another end.
      if (rows.listing().next === next) rows.append(page);
    } finally {
      busy.current = false;
      setLoading(false);
    }
    // oxlint-disable-next-line react/exhaustive-deps
  }, [JSON.stringify(filters)]);
  return { loadMore: useCallback(() => void loadMore().catch(() => undefined), [loadMore]), loading };
}
