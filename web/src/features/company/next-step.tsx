/** The next step and its reason. */
import { ArrowRight } from "lucide-react";
import type { Lead } from "#/api/nouns";
import { Outside } from "#/components/outside";
import { Panel } from "#/components/panel";
import { en } from "#/i18n/en";

export function NextStep({ lead }: { lead: Lead }) {
  const next = lead.next_action;
  if (next === null) {
    return (
      <Panel title={en.company.noNext}>
        <p className="text-muted">{en.company.noNextBody}</p>
      </Panel>
    );
  }
  return (
    <section aria-label={en.company.next} className="rounded-xl border border-accent bg-accent-soft p-4 @3xl/app:p-5">
      <p className="text-2xs font-semibold tracking-wider text-accent uppercase">{en.company.next}</p>
      <h2 className="mt-1 flex items-start gap-2 font-semibold text-pretty">
        <ArrowRight size="1rem" className="mt-0.5 shrink-0 text-accent" aria-hidden="true" />
        {next.title}
      </h2>
      <p className="mt-1.5 text-[0.8125rem] text-pretty">{next.why}</p>
      {next.ask_for && (
        <p className="mt-2 text-[0.8125rem] font-medium">
          {en.company.ask} <Outside>{next.ask_for}</Outside>
        </p>
      )}
    </section>
  );
}
