/** The confidence of leadq: four bars, a word and a number. */
import { en } from "#/i18n/en";
import { percent, sureness } from "#/lib/format";

const BARS = ["M1.5 12V9", "M5.5 12V6", "M9.5 12V3", "M13.5 12V0"];

export function Confidence({ value }: { value: number }) {
  const level = sureness(value);
  return (
    <span className="figures flex items-center gap-1.5 whitespace-nowrap" data-hint={en.signal.confidenceTitle}>
      <svg viewBox="0 0 15 12" className="h-3 w-4" strokeWidth="2.5" aria-hidden="true">
        <path d={BARS.join("")} stroke="var(--line)" />
        <path d={BARS.slice(0, level).join("")} stroke="var(--ink)" />
      </svg>
      {en.signal.confidence[level]} {percent(value)}
    </span>
  );
}
