import { expect, test } from "vitest";
import { Problem } from "#/api/client";
import { type Filters, filtersOf } from "./filters";
import { choices } from "./filter-words";
import { readRefusal } from "./refusal";

const filter = (status: number, detail: string, set: Partial<Filters>) => {
  const refusal = readRefusal(new Problem(status, detail), { ...filtersOf({}), ...set });
  return refusal === null ? null : (refusal.filter?.value ?? "which?");
};

test("the filter that the server refuses is found by what it says", () => {
  const cases: [number, string, Partial<Filters>, string | null][] = [
    [400, 'there is no kind "moon_landing"; there are hiring_spike, budget_event', { kind: ["hiring_spike", "moon_landing"], geo: ["DE"] }, "moon_landing"],
    [422, 'geo: there is no country "Atlantis"; send two letters, as in DE', { q: "Atlantis", geo: ["Atlantis"] }, "Atlantis"],
    [404, "no such product; see /api/v1/products", { product: "zz", score: 45 }, "zz"],
    [409, 'the name "Acme" is that of 3 companies', { company: "Acme", q: "x" }, "Acme"],
    [400, "q is longer than 200 characters; shorten it", { q: "long", kind: ["a"] }, "long"],
    [400, "something else", { q: "only one" }, "only one"],
    [400, "something else", { q: "one", geo: ["DE"] }, "which?"],
    // No filter is at fault.
    [400, "not a cursor", {}, null],
    [401, "sign in first", { q: "x" }, null],
    [500, "the kind of error that the log explains", { kind: ["a"] }, null],
    [0, "The server cannot be reached", { geo: ["DE"] }, null],
  ];
  for (const [status, detail, set, value] of cases) expect(filter(status, detail, set), detail).toBe(value);
  expect(readRefusal(new Error("kind"), { ...filtersOf({}), kind: ["a"] })).toBeNull();
});

test("rows without signals stay, after the others", () => {
  const rows = (...counts: [string, number][]) => counts.map(([value, count]) => ({ value, count }));
  expect(choices(rows(["DE", 3]), rows(["FR", 9], ["DE", 4]), ["SE"], "unknown")).toEqual(rows(["DE", 3], ["FR", 0], ["SE", 0], ["unknown", 0]));
  expect(choices(rows(["unknown", 2], ["DE", 0]), undefined, ["DE"], "unknown")).toEqual(rows(["unknown", 2], ["DE", 0]));
  expect(choices(undefined, rows(["FR", 9]), ["DE"])).toEqual([{ value: "FR" }, { value: "DE" }]);
  expect(choices(undefined, undefined, [], "unknown")).toEqual([]);
});
