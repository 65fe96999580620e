/** The stored text behind a signal, beside the current screen. */
import { useMemo } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Signal } from "#/api/nouns";
import { evidenceOf, signalOf } from "#/api/queries";
import { EmptyState } from "#/components/empty-state";
import { OutcomeButtons } from "#/components/feedback/outcome-buttons";
import { Outside, SignalTitle } from "#/components/outside";
import { ProblemState } from "#/components/problem-state";
import { signalNotes } from "#/components/signal-notes";
import { Modal } from "#/components/ui/modal";
import { en } from "#/i18n/en";
import { sentence } from "#/lib/format";
import { pagesOf } from "./pages";
import { EvidencePiece } from "./piece";
import { useEvidence } from "./open";

export default function EvidenceDrawer({ id }: { id: string }) {
  const { close } = useEvidence();
  const signal = useQuery(signalOf(id));
  const evidence = useQuery(evidenceOf(id));
  const pieces = evidence.data?.evidence;
  const pages = useMemo(() => pagesOf(pieces ?? []), [pieces]);
  return (
    <Modal
      side
      onClose={close}
      title={signal.data ? <SignalTitle signal={signal.data} /> : en.evidence.title}
      about={signal.data && <About signal={signal.data} />}
      footer={signal.data && <Footer signal={signal.data} />}
    >
      {evidence.error && <ProblemState problem={evidence.error} again={() => void evidence.refetch()} />}
      {evidence.isPending && <div className="h-64 animate-pulse rounded-lg bg-raised" />}
      {pieces?.length === 0 && <EmptyState title={en.evidence.none} body={en.evidence.noneBody} />}
      {pieces !== undefined && pieces.length > 0 && <h3 className="mb-3 text-2xs font-semibold tracking-wider text-muted uppercase">{en.evidence.count(pieces.length)}</h3>}
      <ol className="flex flex-col gap-4">
        {pages.map((page) => (
          <EvidencePiece key={`${page.first.look} ${page.first.span.start}`} page={page} />
        ))}
      </ol>
    </Modal>
  );
}

function About({ signal }: { signal: Signal }) {
  const notes = signalNotes(signal);
  return (
    <>
      <p className="mt-1 text-pretty text-muted">{signal.explanation}</p>
      {notes !== "" && <p className="mt-1 text-xs text-muted">{sentence(notes)}</p>}
    </>
  );
}

function Footer({ signal }: { signal: Signal }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-2 border-t border-line px-5 py-3">
      <Link to="/companies/$id" params={{ id: signal.company.id }} className="inline-block min-h-6 min-w-0 content-center font-medium text-accent hover:underline">
        {en.evidence.open} <Outside>{signal.company.name}</Outside>
      </Link>
      <OutcomeButtons signal={signal} words />
    </div>
  );
}
