/** The kind of event, its status, and whether it speaks against buying. */
import type { Signal } from "#/api/nouns";
import { signalNotes } from "#/components/signal-notes";
import { en } from "#/i18n/en";

export function KindLine({ signal }: { signal: Signal }) {
  const notes = signalNotes(signal);
  const against = signal.polarity === "negative";
  return (
    <p data-cut className="truncate text-xs leading-[1.125rem] text-muted group-data-narrow/tile:line-clamp-2 group-data-narrow/tile:whitespace-normal">
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
