/** The start and end of each bar of a waterfall. */
import type { Contribution } from "#/api/nouns";

export interface Step {
  contribution: Contribution;
  /** Points before and after this reason. */
  from: number;
  to: number;
}

const parts = ["fit", "intent", "timing"] as const;

export interface Part {
  part: (typeof parts)[number];
  steps: Step[];
  points: number;
}

/**
 * Groups the reasons by part of the score, each starting at the sum so far, exact to hundredths.
 */
export function partsOf(contributions: Contribution[]): Part[] {
  let sum = 0;
  return parts.map((part) => {
    const before = sum;
    const steps = contributions
      .filter(({ component }) => component === part)
      .map((contribution) => {
        const from = sum;
        sum = Math.round((sum + contribution.points) * 100) / 100;
        return { contribution, from, to: sum };
      });
    return { part, steps, points: Math.round((sum - before) * 100) / 100 };
  });
}

/** Returns the points at the left and right edge: the score's range, extended if bars exceed it. */
export function range(all: Part[]): { least: number; most: number } {
  const ends = all.flatMap(({ steps }) => steps.flatMap(({ from, to }) => [from, to]));
  return { least: Math.min(0, ...ends), most: Math.max(100, ...ends) };
}
