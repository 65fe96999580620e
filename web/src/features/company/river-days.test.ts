import { expect, test } from "vitest";
import type { RiverEvent } from "#/api/nouns";
import { daysOf, kindsOf } from "./river-days";

const event = (id: string, day: string, kind: string) => ({ id, day, kind }) as RiverEvent;
const river = [event("1", "2026-11-24", "tender"), event("2", "2026-11-24", "page"), event("3", "2026-11-20", "page")];

test("kinds that are there, the house's own first", () => {
  expect(kindsOf(river)).toEqual([{ kind: "page", count: 2 }, { kind: "tender", count: 1 }]);
});

test("days keep their order and lose what was not asked for", () => {
  expect(daysOf(river, "").map(({ day, events }) => [day, events.length])).toEqual([["2026-11-24", 2], ["2026-11-20", 1]]);
  expect(daysOf(river, "tender").map(({ day }) => day)).toEqual(["2026-11-24"]);
});
