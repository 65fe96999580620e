/** The company, its score and the validity of the score. */
import type { MouseEvent } from "react";
import { useRouter } from "@tanstack/react-router";
import { ChevronLeft, ExternalLink } from "lucide-react";
import clsx from "clsx";
import type { Lead } from "#/api/nouns";
import { wallAddress } from "#/app/wall-address";
import { ScoreRing } from "#/components/charts/score-ring";
import { Initials } from "#/components/initials";
import { en } from "#/i18n/en";
import { bandName, countryName, hostOf, linkable } from "#/lib/format";
import { inDays, longDay } from "#/lib/time";

const bandColour = { hot: "text-hot", warm: "text-warm", cool: "text-cool", cold: "text-cold" };

export function CompanyHeader({ lead }: { lead: Lead }) {
  const { company } = lead;
  const site = company.domain === null ? null : linkable(`https://${company.domain}`);
  const router = useRouter();
  const back = wallAddress.get();
  const goBack = (event: MouseEvent) => {
    event.preventDefault();
    router.history.push(back);
  };
  const best = lead.scores.toSorted((left, right) => right.score - left.score)[0];
  const facts = [company.country && countryName(company.country), company.industry, company.size === null ? null : en.company.employees(company.size)];
  return (
    <div className="flex flex-wrap items-center gap-3 border-b border-line bg-surface px-3 py-3 @3xl/app:gap-4 @3xl/app:px-5 print:border-0">
      <a href={back} onClick={goBack} aria-label={en.company.back} data-hint={en.company.back} className="-mr-1 print:hidden grid size-8 shrink-0 place-items-center rounded-md text-muted hover:bg-raised hover:text-ink">
        <ChevronLeft size="1.125rem" />
      </a>
      <Initials name={company.name} large className="@max-[20rem]/app:hidden" />
      <div className="min-w-0 flex-1 basis-36">
        <div className="flex items-center gap-2.5">
          <h1 className="min-w-0 text-lg leading-6 font-semibold text-pretty">{company.name}</h1>
          {lead.is_account && (
            <span title={en.company.accountTitle} className="shrink-0 rounded border border-edge px-1.5 text-2xs font-medium whitespace-nowrap text-muted @max-2xl/app:hidden">
              {en.company.account}
            </span>
          )}
        </div>
        <p className="flex flex-wrap items-center gap-x-3 text-[0.8125rem] text-muted">
          {site !== null && (
            <a href={site} target="_blank" rel="noopener noreferrer nofollow" className="inline-flex min-h-6 items-center gap-1 text-accent hover:underline">
              {hostOf(site)}
              <ExternalLink size="0.6875rem" aria-hidden="true" />
            </a>
          )}
          {facts.filter(Boolean).map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </p>
      </div>
      {best && (
        <div className="flex items-center gap-3">
          <div className="text-right @max-3xl/app:hidden">
            <p className={clsx("font-semibold", bandColour[bandName(best.band)])}>{best.band}</p>
            <p className="max-w-72 text-xs text-balance text-muted">
              {best.drops_on === null ? en.company.steady : en.company.drops(longDay(best.drops_on), inDays(best.drops_on, lead.on))}
            </p>
          </div>
          <ScoreRing score={best.score} band={best.band} size={52} />
        </div>
      )}
    </div>
  );
}
