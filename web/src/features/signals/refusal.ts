/** A search that the server refuses because of a filter: which one, and what it says. */
import { Problem } from "#/api/client";
import { type ActiveFilter, type Filters, activeFilters } from "./filters";

export interface Refusal {
  /** The reason and the remedy, in the server's words. */
  detail: string;
  /** The filter that is refused; null if the server does not name it. */
  filter: ActiveFilter | null;
}

/** The statuses that say that a parameter is wrong: malformed, unknown, ambiguous, unusable. */
const REFUSED = new Set([400, 404, 409, 422]);

/** The words by which the server names a filter. */
const NAMES: Partial<Record<keyof Filters, RegExp>> = {
  q: /\bq\b|\bquery\b|\bsearch/i,
  kind: /\bkinds?\b/i,
  geo: /\bgeo\b|\bcountr(?:y|ies)\b/i,
  product: /\bproducts?\b/i,
  company: /\bcompan(?:y|ies)\b/i,
  freshness: /\bfreshness\b/i,
  score: /\bscore/i,
  confidence: /\bconfidence/i,
};

/** Reads an error response; null if no filter is the cause. */
export function readRefusal(problem: unknown, filters: Filters): Refusal | null {
  if (!(problem instanceof Problem) || !REFUSED.has(problem.status)) return null;
  const active = activeFilters(filters);
  if (active.length === 0) return null;
  const detail = problem.message;
  const quoted = active.filter(({ value }) => detail.includes(`"${value}"`) || detail.includes(`“${value}”`));
  const named = active.filter(({ name }) => NAMES[name]?.test(detail));
  // One that is both quoted and named is the best guess; a value alone may be part of another one.
  const both = quoted.find((filter) => named.includes(filter));
  const only = named.length === 1 ? named[0] : undefined;
  return { detail, filter: both ?? quoted[0] ?? only ?? (active.length === 1 ? (active[0] ?? null) : null) };
}

/** Returns the reason for which a filter is refused; null if it is not. */
export const refusalOf = (refusal: Refusal | null, name: keyof Filters): string | null => (refusal?.filter?.name === name ? refusal.detail : null);
