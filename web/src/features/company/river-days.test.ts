import { expect, test } from "vitest";
import type { RiverEvent } from "#/api/nouns";
import { causeOf, countOf, daysOf, kindsOf } from "./river-days";

const event = (id: string, day: string, kind: string) => ({ id, day, kind }) as RiverEvent;
const river = [event("1", "2026-11-24", "tender"), event("3", "2026-11-20", "page"), event("2", "2026-11-24", "page")];

test("kinds that are there, the house's own first", () => {
  expect(kindsOf(river)).toEqual([{ kind: "page", count: 2 }, { kind: "tender", count: 1 }]);
});

test("days are told newest first and lose what was not asked for", () => {
  expect(daysOf(river, "").map(({ day, events }) => [day, events.length])).toEqual([["2026-11-24", 2], ["2026-11-20", 1]]);
  expect(daysOf(river, "tender").map(({ day }) => day)).toEqual(["2026-11-24"]);
});

test("technical events are shown when asked for, and repeats are folded", () => {
  const told = (id: string, kind: string, text: string) => ({ ...event(id, "2026-11-24", kind), text }) as RiverEvent;
  const many = [told("1", "tech_trace", "Uses Kora"), told("2", "opening", "Opened: Baker"), told("3", "opening", "Opened: Baker"), told("4", "opening", "Opened: Cook")];
  expect(countOf(many, "")).toBe(2);
  expect(daysOf(many, "")[0]?.events.map(({ id, times }) => [id, times])).toEqual([["2", 2], ["4", 1]]);
  expect(daysOf(many, "tech_trace")[0]?.events.map(({ id }) => id)).toEqual(["1"]);
});

test("a cause is told in words, once", () => {
  const all = [{ ...event("1", "2026-11-24", "page"), text: "Read the careers page" }] as RiverEvent[];
  const because = (cause: string | null) => causeOf({ ...event("2", "2026-11-24", "score"), text: "it hires", cause } as RiverEvent, all);
  expect(["1", "23bf7a22", "it hires", "the model changed", null].map(because)).toEqual(["Read the careers page", null, null, "the model changed", null]);
});
