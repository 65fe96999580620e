/** The states of followed sites and endpoints, the worst first, and the search in them. Pure. */
import type { Endpoint, Site } from "#/api/nouns";
import { en } from "#/i18n/en";

/** The worst first. */
const SITE_STATES = ["failing", "partly", "waiting", "works", "stopped"] as const;
export type SiteState = (typeof SITE_STATES)[number];
const ENDPOINT_STATES = ["disabled", "failing", "works"] as const;
export type EndpointState = (typeof ENDPOINT_STATES)[number];

export function siteState({ is_active: isActive, is_failing: isFailing, failing, last_visit: lastVisit, looks }: Site): SiteState {
  if (!isActive) return "stopped";
  if (isFailing) return "failing";
  if (failing > 0) return "partly";
  return lastVisit === null && looks === 0 ? "waiting" : "works";
}

export function endpointState({ is_enabled: isEnabled, failures }: Endpoint): EndpointState {
  if (!isEnabled) return "disabled";
  return failures > 0 ? "failing" : "works";
}

/** Sorts by state, then by the failures since the last success, then by domain. */
export function sitesWorstFirst(sites: Site[]): Site[] {
  const failures = (site: Site) => site.last_failure?.failures ?? 0;
  const rank = new Map(sites.map((site) => [site, SITE_STATES.indexOf(siteState(site))]));
  return sites.toSorted(
    (left, right) => (rank.get(left) ?? 0) - (rank.get(right) ?? 0) || failures(right) - failures(left) || left.domain.localeCompare(right.domain),
  );
}

export function endpointsWorstFirst(endpoints: Endpoint[]): Endpoint[] {
  const rank = (endpoint: Endpoint) => ENDPOINT_STATES.indexOf(endpointState(endpoint));
  return endpoints.toSorted((left, right) => rank(left) - rank(right) || right.failures - left.failures || left.url.localeCompare(right.url));
}

/** Returns the reason of the last failure of an endpoint, if there is one. */
export const endpointReason = ({ why, last_failure: lastFailure }: Endpoint): string | null => why ?? lastFailure ?? null;

/** Returns the text that a site is found by: what its row shows. */
export function siteText(site: Site): string {
  const failure = site.last_failure;
  const outcome = site.last_visit === null ? "" : outcomeWords(site.last_visit.outcome);
  return [site.domain, en.sources.siteStates[siteState(site)], site.cause, outcome, failure?.why, failure?.url].filter(Boolean).join(" ").toLowerCase();
}

export function endpointText(endpoint: Endpoint): string {
  return [endpoint.url, endpoint.id, en.sources.endpointStates[endpointState(endpoint)], endpointReason(endpoint)].filter(Boolean).join(" ").toLowerCase();
}

/** Returns whether a text contains every word. */
export const hasWords = (text: string, words: string): boolean => words.toLowerCase().split(/\s+/).every((word) => text.includes(word));

/** Formats the outcome of a visit; that of a newer server stays as it is. */
export const outcomeWords = (outcome: string): string => en.sources.outcomes[outcome] ?? outcome;
