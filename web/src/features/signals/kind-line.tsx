/** The kind of event, its status, and whether it speaks against buying. */
import type { Signal } from "#/api/nouns";
import { en } from "#/i18n/en";
import { shortDay } from "#/lib/time";

export function KindLine({ signal }: { signal: Signal }) {
  const planned = signal.stage === "planned" ? (en.signal.stage.planned ?? "") : "";
  const until = signal.end === null ? "" : en.signal.until(shortDay(signal.end));
  const notes = [planned, until].filter((note) => note !== "").join(", ");
  const against = signal.polarity === "negative";
  return (
    <p className="truncate text-xs leading-5 text-muted">
      {against && (
        <span role="img" aria-label={en.signal.against} data-hint={en.signal.against} className="mr-1 font-semibold text-bad">
          ↓
        </span>
      )}
      <span className="mr-1.5 font-semibold text-accent">{signal.title}</span>
      {notes}
    </p>
  );
}
