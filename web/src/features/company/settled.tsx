/** The verdict that keeps the company out of the lists of calls, when it comes back, and its withdrawal. */
import { useState } from "react";
import { Undo2 } from "lucide-react";
import type { Lead, Settlement } from "#/api/nouns";
import { OutcomeIcon, isOutcome } from "#/components/feedback/outcome-icons";
import { takeBackOn } from "#/components/feedback/outcomes";
import { Outside } from "#/components/outside";
import { Button } from "#/components/ui/button";
import { en } from "#/i18n/en";
import { longDay } from "#/lib/time";

const { settled: words } = en.outcome;

/** Returns the verdict, with the day of the return if that is what a reader wants to know first. */
function headline({ outcome, since, comes_back_on: back }: Settlement): string {
  if (!isOutcome(outcome)) return "";
  return outcome === "snooze" && back !== null ? words.snoozeUntil(longDay(back)) : words[outcome](longDay(since));
}

function comesBack({ outcome, comes_back_with: cause, comes_back_on: back }: Settlement): string {
  if (cause === "day" && back !== null) return outcome === "snooze" ? words.thatDay : words.day(longDay(back));
  return cause === "news" ? words.news : words.nothing;
}

export function Settled({ lead }: { lead: Lead }) {
  const [busy, setBusy] = useState(false);
  const { settled } = lead;
  if (settled === null) return null;
  const undo = () => {
    setBusy(true);
    void takeBackOn(settled.signal_id, lead.company.name).finally(() => setBusy(false));
  };
  return (
    <section aria-label={headline(settled)} data-testid="settled" className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line bg-raised px-3 py-2.5 @3xl/app:px-5">
      <p className="min-w-0 flex-1 basis-48 text-pretty">
        <span className="mr-2 inline-block align-[-0.125em] text-muted">{isOutcome(settled.outcome) && <OutcomeIcon outcome={settled.outcome} />}</span>
        <strong className="font-semibold">{headline(settled)}.</strong> {comesBack(settled)}
        {settled.reason !== "" && (
          <span className="text-muted">
            {" "}
            {words.reason} <Outside>{settled.reason}</Outside>
          </span>
        )}
      </p>
      <Button onClick={undo} disabled={busy} className="print:hidden">
        <Undo2 size="0.875rem" aria-hidden="true" />
        {words.undo}
      </Button>
    </section>
  );
}
