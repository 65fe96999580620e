/** The source and age of a signal; shows the quote on hover and the stored text when pressed. */
import type { Evidence } from "#/api/nouns";
import { hostOf } from "#/lib/format";
import { shortAge } from "#/lib/time";

interface Props {
  evidence: Evidence;
  on: string;
  tabIndex?: 0 | -1;
  onOpen: () => void;
}

const QUOTE_CHARS = 280;

export function EvidenceChip({ evidence, on, tabIndex = 0, onOpen }: Props) {
  const host = hostOf(evidence.url);
  const quote = evidence.quote.length > QUOTE_CHARS ? `${evidence.quote.slice(0, QUOTE_CHARS)}…` : evidence.quote;
  return (
    <button
      type="button"
      tabIndex={tabIndex}
      data-hint={`“${quote}”`}
      onClick={onOpen}
      data-testid="chip"
      className="flex h-6 min-w-0 items-center gap-1.5 rounded-md border border-line bg-raised px-1.5 text-xs whitespace-nowrap text-muted hover:border-edge"
    >
      <span className="truncate text-ink">{host}</span>{" "}
      {shortAge(evidence.observed, on)}
    </button>
  );
}
