/** The evidence of a signal as chips: one per host, then the number of further ones. */
import type { Evidence, Signal } from "#/api/nouns";
import { EvidenceChip } from "#/components/evidence/chip";
import { useEvidence } from "#/components/evidence/open";
import { en } from "#/i18n/en";
import { hostOf } from "#/lib/format";

/** Returns the newest piece of evidence of each host. */
function perHost(evidence: Evidence[]): Evidence[] {
  const newest = new Map<string, Evidence>();
  for (const piece of evidence) {
    const host = hostOf(piece.url);
    const other = newest.get(host);
    if (!other || other.observed < piece.observed) newest.set(host, piece);
  }
  return [...newest.values()];
}

interface Props {
  signal: Signal;
  on: string;
  most: number;
  tabIndex?: 0 | -1;
}

export function Chips({ signal, on, most, tabIndex = 0 }: Props) {
  const { open } = useEvidence();
  const chips = perHost(signal.evidence).slice(0, most);
  const more = signal.evidence.length - chips.length;
  return (
    <div role="group" aria-label={en.wall.columns.evidence} className="flex min-w-0 flex-1 items-center gap-1 group-data-narrow/tile:hidden">
      {chips.map((piece) => (
        <EvidenceChip key={piece.look} evidence={piece} on={on} tabIndex={tabIndex} onOpen={() => open(signal.id)} />
      ))}
      {more > 0 && (
        <button type="button" tabIndex={tabIndex} data-hint={en.signal.moreTitle(more)} aria-label={en.signal.moreTitle(more)} onClick={() => open(signal.id)} className="figures h-6 min-w-6 shrink-0 rounded-md whitespace-nowrap px-1 text-xs text-muted hover:bg-raised hover:text-ink">
          {en.signal.more(more)}
        </button>
      )}
    </div>
  );
}
