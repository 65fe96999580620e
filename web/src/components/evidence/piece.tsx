/** The evidence of one page: source and time, the quotes in their context, and their validity. */
import { ExternalLink } from "lucide-react";
import { en } from "#/i18n/en";
import { hostOf, linkable } from "#/lib/format";
import { shownText } from "#/lib/outside";
import { longDay, longInstant } from "#/lib/time";
import { FateMark } from "./fate";
import { Hash } from "./hash";
import type { EvidencePage } from "./pages";
import { QuoteInText } from "./quote";

export function EvidencePiece({ page }: { page: EvidencePage }) {
  const { first: piece, texts } = page;
  const link = linkable(piece.url);
  return (
    <li className="overflow-hidden rounded-lg border border-line" data-testid="piece">
      <div className="flex flex-col gap-1 px-4 pt-3 pb-2.5">
        <div className="flex items-start justify-between gap-3">
          <p className="min-w-0 font-medium text-pretty">{piece.title ?? hostOf(piece.url)}</p>
          <FateMark fate={piece.fate} />
        </div>
        {link === null ? (
          <p className="text-xs break-all text-muted">{shownText(piece.url)}</p>
        ) : (
          <a
            href={link}
            target="_blank"
            rel="noopener noreferrer nofollow"
            title={en.evidence.openPage}
            className="inline-flex min-h-6 w-fit items-center gap-1 text-xs break-all text-accent hover:underline"
          >
            {link}
            <ExternalLink size="0.6875rem" className="shrink-0" aria-hidden="true" />
          </a>
        )}
        <p className="text-xs text-muted">
          {piece.published !== null && `${en.evidence.published} ${longDay(piece.published)} · `}
          {en.evidence.seen} {longDay(piece.observed)}
        </p>
      </div>
      {piece.fate !== "erased" && <QuoteInText texts={texts} lang={piece.lang} />}
      <details className="border-t border-line px-4 py-2 text-xs">
        <summary className="min-h-6 text-muted hover:text-ink">{en.evidence.proof}</summary>
        <p className="mt-1 text-muted">{piece.reason ?? en.evidence.fateWhy[piece.fate]}</p>
        <dl className="mt-1 grid grid-cols-2 gap-x-4 gap-y-2">
          <Detail name={en.evidence.seen}>{longInstant(piece.observed)}</Detail>
          <Detail name={en.evidence.published}>{piece.published === null ? en.evidence.unknown : longDay(piece.published)}</Detail>
          <Detail name={en.evidence.snapshot}>
            <Hash what={en.evidence.snapshot} hash={piece.snapshot_hash} />
          </Detail>
          <Detail name={en.evidence.text}>
            <Hash what={en.evidence.text} hash={piece.text_hash} />
          </Detail>
        </dl>
      </details>
    </li>
  );
}

function Detail({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt className="text-muted">{name}</dt>
      <dd className="figures flex min-h-6 items-center">{children}</dd>
    </div>
  );
}
