import { describe, expect, test } from "vitest";
import type { Signal } from "#/api/nouns";
import { type Filters, activeFilters, filtersOf, matches, queryOf, readSearch, searchOf, toggled } from "./filters";

const none = filtersOf({});

test("the address says the filters, and the same ones come back", () => {
  const search = { q: "data platform", kind: "a,b", geo: "DE", product: "p", company: "c1", freshness: "7d", score: "45", confidence: "75", sort: "score" };
  expect(searchOf(filtersOf(search))).toEqual(search);
  expect(searchOf(none)).toEqual({});
});

test("an address that makes no sense filters nothing", () => {
  expect(filtersOf(readSearch({ score: "many", confidence: "-4", freshness: "3 moons", sort: "luck", kind: ",,", q: {}, other: "x" }))).toEqual(none);
  expect(filtersOf({ score: "700" }).score).toBe(100);
});

test("words that the router took for numbers are words again", () => {
  expect(filtersOf(readSearch({ score: 45, q: 2026 }))).toMatchObject({ score: 45, q: "2026" });
});

test("the question to the API leaves out what is not set", () => {
  expect(queryOf(none)).toEqual({ sort: "newest" });
  expect(queryOf({ ...none, kind: ["a", "b"], score: 70, confidence: 90 })).toEqual({ sort: "newest", kind: "a,b", score_min: 70, confidence_min: 0.9 });
});

test("each active filter knows the way without it", () => {
  const active = activeFilters({ ...none, kind: ["a", "b"], score: 45 });
  expect(active.map(({ name, value }) => [name, value])).toEqual([["kind", "a"], ["kind", "b"], ["score", "45"]]);
  expect(active[0]?.without.kind).toEqual(["b"]);
  expect(toggled(["a"], "a")).toEqual([]);
  expect(toggled(["a"], "b")).toEqual(["a", "b"]);
});

describe("a live signal belongs", () => {
  const signal = {
    kind: "hiring_spike", title: "Hiring spike", explanation: "Opened 9 roles", product: "p", start: "2026-11-20", score: 60, confidence: 0.8,
    company: { id: "c1", name: "Tallow Foods", domain: "tallow.example", country: "DE", industry: null },
  } as unknown as Signal;
  const cases: [Partial<Filters>, boolean][] = [
    [{}, true],
    [{ q: "tallow ROLES" }, true],
    [{ q: "tallow tender" }, false],
    [{ kind: ["budget_event", "hiring_spike"] }, true],
    [{ kind: ["budget_event"] }, false],
    [{ geo: ["FR"] }, false],
    [{ product: "q" }, false],
    [{ company: "c2" }, false],
    [{ freshness: "7d" }, true],
    [{ freshness: "24h" }, false],
    [{ score: 60 }, true],
    [{ score: 61 }, false],
    [{ confidence: 80 }, true],
    [{ confidence: 90 }, false],
    [{ confidence: 80.1 }, false],
  ];
  test.each(cases)("%o: %s", (change, belongs) => {
    expect(matches({ ...none, ...change }, signal, "2026-11-24")).toBe(belongs);
  });
});
