/** One event of the company's history. */
import { Activity, FileText, Flag, MessageSquare, Zap } from "lucide-react";
import clsx from "clsx";
import { useEvidence } from "#/components/evidence/open";
import { en } from "#/i18n/en";
import { hostOf, linkable, sentence, signed } from "#/lib/format";
import type { FoldedEvent } from "./river-days";

const icons: Record<string, typeof Activity> = { page: FileText, signal: Zap, score: Activity, feedback: MessageSquare };

export function RiverLine({ event, cause }: { event: FoldedEvent; cause: string | null }) {
  const { open } = useEvidence();
  const { signal, delta } = event;
  const Icon = icons[event.kind] ?? Flag;
  const link = event.url === null ? null : linkable(event.url);
  return (
    <li className={clsx("relative py-1.5 print:nth-[n+5]:hidden", (event.kind === "page" || event.kind === "score") && "print:hidden")} data-testid="river-event">
      <span className={clsx("absolute top-2 -left-[1.6875rem] grid size-5 place-items-center rounded-full bg-surface ring-1 ring-line", event.kind === "signal" ? "text-accent" : "text-muted")}>
        <Icon size="0.6875rem" role="img" aria-label={en.company.kinds[event.kind] ?? sentence(event.kind)} />
      </span>
      <div className="flex items-start justify-between gap-3">
        <p className="min-w-0 text-[0.8125rem]">
          {signal === null ? (
            event.text
          ) : (
            <button type="button" onClick={() => open(signal)} className="text-left hover:underline">
              {event.text}
            </button>
          )}
          {event.times > 1 && (
            <span className="figures ml-1.5 text-xs text-muted" title={en.company.timesTitle(event.times)}>
              ×{event.times}
            </span>
          )}
        </p>
        {delta !== null && delta !== 0 && (
          <span className={clsx("figures shrink-0 text-[0.8125rem] font-semibold", delta > 0 ? "text-good" : "text-bad")} title={en.company.points(signed(delta))}>
            {signed(delta)}
          </span>
        )}
      </div>
      {(cause !== null || link !== null) && (
        <p className="flex flex-wrap gap-x-3 text-xs text-muted">
          {cause !== null && <span>{cause}</span>}
          {link !== null && (
            <a href={link} target="_blank" rel="noopener noreferrer nofollow" title={en.company.openPage} className="inline-flex min-h-6 items-center hover:text-ink hover:underline">
              {hostOf(link)}
            </a>
          )}
        </p>
      )}
    </li>
  );
}
