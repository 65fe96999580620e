/** The wall's filters: in the address, in requests to the API, and applied to live rows. */
import type { SearchQuery } from "#/api/queries";
import type { Signal } from "#/api/nouns";
import { wordOf } from "#/lib/address";
import { daysBetween } from "#/lib/time";

/** The value for companies whose country is not known. */
export const UNKNOWN_COUNTRY = "unknown";
export const FRESHNESS = ["24h", "7d", "90d"] as const;
export const SCORES = [20, 45, 70] as const;
export const CONFIDENCES = [50, 75, 90] as const;

export interface Filters {
  q: string;
  kind: string[];
  geo: string[];
  product: string;
  company: string;
  freshness: string;
  /** Points, 0 for any. */
  score: number;
  /** Percent, 0 for any. */
  confidence: number;
  sort: "newest" | "score";
}

export type View = "tiles" | "table";

/** The search parameters that the wall reads. All are strings; a missing one means any. */
export interface WallSearch {
  view?: string;
  q?: string;
  kind?: string;
  geo?: string;
  product?: string;
  company?: string;
  freshness?: string;
  score?: string;
  confidence?: string;
  sort?: string;
}

const NAMES = ["view", "q", "kind", "geo", "product", "company", "freshness", "score", "confidence", "sort"] as const;

/** Keeps the parameters that the wall knows and drops the rest. */
export function readSearch(raw: Record<string, unknown>): WallSearch {
  const read: WallSearch = {};
  for (const name of NAMES) {
    const word = wordOf(raw[name]);
    if (word !== undefined) read[name] = word;
  }
  return read;
}

const list = (words: string | undefined): string[] => [...new Set((words ?? "").split(",").filter((word) => word !== ""))];

function number(word: string | undefined, most: number): number {
  const value = Number(word ?? "0");
  return Number.isFinite(value) ? Math.min(Math.max(value, 0), most) : 0;
}

export function filtersOf(search: WallSearch): Filters {
  const known = FRESHNESS.find((freshness) => freshness === search.freshness);
  return {
    q: search.q ?? "",
    kind: list(search.kind),
    geo: list(search.geo),
    product: search.product ?? "",
    company: search.company ?? "",
    freshness: known ?? "",
    score: number(search.score, 100),
    confidence: number(search.confidence, 100),
    sort: search.sort === "score" ? "score" : "newest",
  };
}

/** Returns the shortest search parameters for these filters. */
export function searchOf(filters: Filters): WallSearch {
  const words: Record<string, string> = {
    q: filters.q,
    kind: filters.kind.join(","),
    geo: filters.geo.join(","),
    product: filters.product,
    company: filters.company,
    freshness: filters.freshness,
    score: filters.score > 0 ? String(filters.score) : "",
    confidence: filters.confidence > 0 ? String(filters.confidence) : "",
    sort: filters.sort === "score" ? "score" : "",
  };
  return readSearch(words);
}

export function queryOf(filters: Filters): SearchQuery {
  const query: SearchQuery = { sort: filters.sort };
  if (filters.q !== "") query.q = filters.q;
  if (filters.kind.length > 0) query.kind = filters.kind.join(",");
  if (filters.geo.length > 0) query.geo = filters.geo.join(",");
  if (filters.product !== "") query.product = filters.product;
  if (filters.company !== "") query.company = filters.company;
  if (filters.freshness !== "") query.freshness = filters.freshness;
  if (filters.score > 0) query.score_min = filters.score;
  if (filters.confidence > 0) query.confidence_min = filters.confidence / 100;
  return query;
}

const freshDays: Record<string, number> = { "24h": 1, "7d": 7, "90d": 90 };

/**
 * Returns whether a live signal belongs to the list. The search of the API is more tolerant; a live
 * signal must contain every word of the query in its company, kind or claim.
 */
export function matches(filters: Filters, signal: Signal, on: string): boolean {
  const text = `${signal.company.name} ${signal.company.domain ?? ""} ${signal.title} ${signal.explanation}`.toLowerCase();
  const words = filters.q.toLowerCase().split(/\s+/);
  const age = daysBetween(signal.start, on);
  return (
    words.every((word) => text.includes(word)) &&
    (filters.kind.length === 0 || filters.kind.includes(signal.kind)) &&
    (filters.geo.length === 0 || filters.geo.includes(signal.company.country ?? UNKNOWN_COUNTRY)) &&
    (filters.product === "" || filters.product === signal.product) &&
    (filters.company === "" || filters.company === signal.company.id) &&
    (filters.freshness === "" || age <= (freshDays[filters.freshness] ?? Infinity)) &&
    signal.score >= filters.score &&
    // Whole per mille, because 0.57 times 100 is less than 57.
    Math.round(signal.confidence * 1000) >= filters.confidence * 10
  );
}

/** One active filter: its value, and the filters without it. */
export interface ActiveFilter {
  name: keyof Filters;
  value: string;
  without: Filters;
}

export function activeFilters(filters: Filters): ActiveFilter[] {
  const active: ActiveFilter[] = [];
  for (const name of ["q", "product", "company", "freshness"] as const) {
    if (filters[name] !== "") active.push({ name, value: filters[name], without: { ...filters, [name]: "" } });
  }
  for (const name of ["kind", "geo"] as const) {
    for (const value of filters[name]) {
      active.push({ name, value, without: { ...filters, [name]: filters[name].filter((other) => other !== value) } });
    }
  }
  for (const name of ["score", "confidence"] as const) {
    if (filters[name] > 0) active.push({ name, value: String(filters[name]), without: { ...filters, [name]: 0 } });
  }
  return active;
}

/** Returns a list with a value added, or removed if it was present. */
export const toggled = (values: string[], value: string): string[] =>
  values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
