import { expect, test } from "vitest";
import type { Endpoint, Site } from "#/api/nouns";
import { endpointReason, endpointState, endpointText, endpointsWorstFirst, hasWords, siteState, siteText, sitesWorstFirst } from "./source-state";

const visit = { url: "https://a.example/jobs", at: "2026-11-24T05:00:00Z", outcome: "could_not_look", why: "connection refused", failures: 3 };
const site = (domain: string, change: Partial<Site>) =>
  ({ domain, cause: "person", is_active: true, is_failing: false, failing: 0, looks: 5, last_visit: { ...visit, outcome: "unchanged", why: null }, last_failure: null, ...change }) as Site;
const endpoint = (url: string, change: Partial<Endpoint>) => ({ id: url, url, is_enabled: true, failures: 0, ...change }) as Endpoint;

test("sites stand worst first", () => {
  const sites = [
    site("works.example", {}),
    site("stopped.example", { is_active: false, is_failing: true, failing: 2, last_failure: visit }),
    site("fails-often.example", { is_failing: true, failing: 2, last_failure: { ...visit, failures: 40 } }),
    site("new.example", { looks: 0, last_visit: null }),
    site("in-part.example", { failing: 1, last_failure: visit }),
    site("fails.example", { is_failing: true, failing: 2, last_failure: visit }),
    site("a-works.example", {}),
  ];
  expect(sitesWorstFirst(sites).map((one) => [one.domain, siteState(one)])).toEqual([
    ["fails-often.example", "failing"],
    ["fails.example", "failing"],
    ["in-part.example", "partly"],
    ["new.example", "waiting"],
    ["a-works.example", "works"],
    ["works.example", "works"],
    ["stopped.example", "stopped"],
  ]);
});

test("endpoints stand worst first, with the reason of the last failure", () => {
  const endpoints = [endpoint("https://a", {}), endpoint("https://b", { failures: 2, last_failure: "refused" }), endpoint("https://c", { is_enabled: false, why: "410" })];
  expect(endpointsWorstFirst(endpoints).map((one) => [one.url, endpointState(one), endpointReason(one)])).toEqual([
    ["https://c", "disabled", "410"],
    ["https://b", "failing", "refused"],
    ["https://a", "works", null],
  ]);
});

test("a source is found by every word that its row shows, in any order and case", () => {
  const text = siteText(site("Acme.example", { is_failing: true, failing: 1, last_failure: visit }));
  for (const [words, isFound] of [["", true], ["REFUSED acme", true], ["failing jobs", true], ["works", false], ["acme zz", false]] as const) expect(hasWords(text, words), words).toBe(isFound);
  expect(hasWords(endpointText(endpoint("https://hooks.example", { failures: 1, last_failure: "timed out" })), "hooks timed failing")).toBe(true);
});
