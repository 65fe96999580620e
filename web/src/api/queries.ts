/** The requests to the API and their cache keys. Live rows are not cached here. */
import { QueryClient, queryOptions } from "@tanstack/react-query";
import { Problem, answer, api } from "./client";
import type { FeedbackGiven } from "./nouns";
import type { paths } from "./schema";

export type SearchQuery = NonNullable<paths["/api/v1/signals/search"]["get"]["parameters"]["query"]>;

const PAGE = 100;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      retry: (failures, problem) => failures < 2 && !(problem instanceof Problem && problem.status >= 400 && problem.status < 500),
    },
  },
});

/** Fetches one page of signals. */
export function searchSignals(query: SearchQuery, cursor: string | null, signal?: AbortSignal) {
  const page = cursor === null ? { ...query, limit: PAGE } : { ...query, limit: PAGE, cursor };
  return answer(api.GET("/api/v1/signals/search", { params: { query: page }, signal: signal ?? null }));
}

/** The first page and the facets. The row store keeps the rows, so a page is fetched only once. */
export const firstPage = (query: SearchQuery) =>
  queryOptions({
    queryKey: ["signals", query],
    queryFn: ({ signal }) => searchSignals(query, null, signal),
    staleTime: Infinity,
    // A new object for every response, even an equal one, so that the list is rebuilt.
    structuralSharing: false,
  });

/** The possible values of the filters, without any of them. */
export const allFacets = queryOptions({
  queryKey: ["facets"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/signals/search", { params: { query: { limit: 1 } }, signal })).then(({ facets }) => facets),
  staleTime: 60_000,
});

export const evidenceOf = (id: string) =>
  queryOptions({
    queryKey: ["evidence", id],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/signals/{id}/evidence", { params: { path: { id } }, signal })),
    staleTime: 30_000,
  });

export const signalOf = (id: string) =>
  queryOptions({
    queryKey: ["signal", id],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/signals/{id}", { params: { path: { id } }, signal })),
    staleTime: 30_000,
  });

export const leadOf = (id: string) =>
  queryOptions({
    queryKey: ["lead", id],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/leads/{company_id}", { params: { path: { company_id: id } }, signal })),
    staleTime: 10_000,
  });

export const products = queryOptions({
  queryKey: ["products"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/products", { signal })),
  staleTime: 300_000,
});

export const status = queryOptions({
  queryKey: ["status"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/status", { signal })),
  staleTime: 5_000,
});

/** Fetches the shown company again, because an outcome was stored or taken back. */
export const readLeadsAgain = (): void => void queryClient.invalidateQueries({ queryKey: ["lead"] });

export const giveFeedback = (body: FeedbackGiven) => answer(api.POST("/api/v1/feedback", { body }));

export const takeFeedbackBack = (id: string) =>
  answer(api.DELETE("/api/v1/feedback/{signal_id}", { params: { path: { signal_id: id } } }));

export const watched = queryOptions({
  queryKey: ["watched"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/watched", { signal })),
  staleTime: 5_000,
  refetchInterval: 60_000,
});

export const endpoints = queryOptions({
  queryKey: ["webhooks"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/webhooks", { signal })),
  staleTime: 5_000,
  refetchInterval: 60_000,
});

export const enableEndpoint = (id: string) => answer(api.POST("/api/v1/webhooks/{id}/enable", { params: { path: { id } } }));

export const signIn = (token: string) => answer(api.POST("/api/v1/login", { body: { token } }));
