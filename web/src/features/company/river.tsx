/** All events of the company, newest first. */
import { useState } from "react";
import clsx from "clsx";
import type { Lead } from "#/api/nouns";
import { EmptyState } from "#/components/empty-state";
import { Panel } from "#/components/panel";
import { en } from "#/i18n/en";
import { sentence } from "#/lib/format";
import { ago, longDay } from "#/lib/time";
import { causeOf, countOf, daysOf, kindsOf } from "./river-days";
import { RiverLine } from "./river-line";

export function River({ lead }: { lead: Lead }) {
  const [kind, setKind] = useState("");
  const days = daysOf(lead.river, kind);
  const kinds = [{ kind: "", count: countOf(lead.river, "") }, ...kindsOf(lead.river)];
  return (
    <Panel title={en.company.river}>
      <div role="group" aria-label={en.wall.kind} className="mb-4 flex flex-wrap gap-1.5 print:hidden">
        {kinds.map(({ kind: own, count }) => (
          <button
            key={own}
            type="button"
            aria-pressed={own === kind}
            data-testid="river-kind"
            onClick={() => setKind(own)}
            className={clsx(
              "flex h-7 items-center gap-1.5 rounded-full border px-2.5 text-xs font-medium",
              own === kind ? "border-accent bg-accent-soft" : "border-line text-muted hover:border-edge hover:text-ink",
            )}
          >
            {own === "" ? en.company.all : (en.company.kinds[own] ?? sentence(own))}
            <span className="figures text-muted">{count}</span>
          </button>
        ))}
      </div>
      {days.length === 0 && <EmptyState title={en.company.riverEmpty} body={en.company.riverEmptyBody} />}
      <ol className="flex flex-col gap-4">
        {days.map(({ day, events }) => (
          <li key={day} className="print:nth-[n+6]:hidden">
            <h3 className="figures mb-1.5 flex items-baseline gap-2 text-xs font-semibold">
              {longDay(day)}
              <span className="font-normal text-muted">{ago(day, lead.on)}</span>
            </h3>
            <ul className="flex flex-col border-l border-line pl-4">
              {events.map((event) => (
                <RiverLine key={event.id} event={event} cause={causeOf(event, lead.river)} />
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
