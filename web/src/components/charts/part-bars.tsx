/** FIT, INTENT and TIMING as three small bars. Uses few nodes, because a wall has many of them. */
import clsx from "clsx";
import type { ScoreComponents } from "#/api/nouns";
import { en } from "#/i18n/en";
import { points } from "#/lib/format";

/** A bar is full at half of all points, which no part of the score normally exceeds. */
const FULL = 50;
const WIDTH = 54;
const LEFT = 43;
const LINE = 13;
const parts = ["fit", "intent", "timing"] as const;

const middle = (row: number): number => row * LINE + 6;
const bar = (row: number, share: number): string => `M${LEFT} ${middle(row)}h${share * WIDTH}`;
const tracks = parts.map((_, row) => bar(row, 1)).join("");

export function PartBars({ components, className }: { components: ScoreComponents; className?: string }) {
  const words = parts.map((part) => en.signal.partTitle(en.signal.parts[part], points(components[part]))).join(", ");
  return (
    <svg viewBox="0 0 100 38" width="6.25rem" height="2.375rem" role="img" aria-label={words} className={clsx("col-start-2 row-span-2 row-start-1 shrink-0 fill-muted text-[10px]", className)} strokeLinecap="round" strokeWidth="5">
      <path d={tracks} stroke="var(--line)" />
      {parts.map((part, row) => {
        const share = Math.min(Math.max(components[part] / FULL, 0), 1);
        return share > 0 && <path key={part} d={bar(row, share)} stroke={`var(--${part})`} />;
      })}
      {parts.map((part, row) => (
        <text key={part} y={middle(row) + 3.5}>
          {en.signal.parts[part]}
        </text>
      ))}
    </svg>
  );
}
