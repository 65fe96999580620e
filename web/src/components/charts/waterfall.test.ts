import { expect, test } from "vitest";
import type { Contribution } from "#/api/nouns";
import { partsOf, range } from "./waterfall-steps";

const because = (component: Contribution["component"], points: number): Contribution => ({ component, reason: "r", signal: null, points });

test("each bar begins where the one before ended, in the order of the parts, exactly", () => {
  const parts = partsOf([because("timing", 0.2), because("fit", 0.1), because("intent", 20), because("intent", -4.05)]);
  expect(parts.map(({ part, points }) => [part, points])).toEqual([["fit", 0.1], ["intent", 15.95], ["timing", 0.2]]);
  expect(parts.flatMap(({ steps }) => steps.map(({ from, to }) => [from, to]))).toEqual([[0, 0.1], [0.1, 20.1], [20.1, 16.05], [16.05, 16.25]]);
});

test("the scale holds bars that leave the range of a score", () => {
  expect(range(partsOf([because("fit", -10), because("intent", 130)]))).toEqual({ least: -10, most: 120 });
  expect(range(partsOf([]))).toEqual({ least: 0, most: 100 });
});
