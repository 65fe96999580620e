/** A followed site: its state, the last visit, and why visits fail. */
import { Link } from "@tanstack/react-router";
import type { Site } from "#/api/nouns";
import { Outside } from "#/components/outside";
import { en } from "#/i18n/en";
import { linkable } from "#/lib/format";
import { shownText } from "#/lib/outside";
import { longDay, longInstant } from "#/lib/time";
import { outcomeWords, siteState } from "./source-state";
import { StateMark } from "./state-mark";

const { sources: words } = en;

export function SiteRow({ site }: { site: Site }) {
  const state = siteState(site);
  const { last_visit: visit, last_failure: failure } = site;
  return (
    <>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        {site.looks > 0 ? (
          <Link to="/companies/$id" params={{ id: site.domain }} className="min-w-0 font-semibold hover:underline">
            {site.domain}
          </Link>
        ) : (
          <p className="min-w-0 font-semibold">{site.domain}</p>
        )}
        <StateMark state={state} words={words.siteStates[state]} />
      </div>
      {failure !== null && <Failure failure={failure} />}
      <p className="figures text-xs text-muted">
        {visit === null ? words.notVisited : words.lastVisit(longInstant(visit.at), outcomeWords(visit.outcome))}
        {" · "}
        {words.addresses(site.addresses, site.failing)}
        {" · "}
        {words.since(longDay(site.since))} (<Outside>{site.cause}</Outside>)
      </p>
    </>
  );
}

function Failure({ failure }: { failure: NonNullable<Site["last_failure"]> }) {
  const link = linkable(failure.url);
  return (
    <p className="text-[0.8125rem]">
      <span className="font-medium">{words.failed(outcomeWords(failure.outcome))}</span> <Outside>{failure.why ?? words.noReason}</Outside>
      {" · "}
      {words.times(failure.failures)}
      <span className="block text-xs break-all text-muted">
        {link === null ? (
          shownText(failure.url)
        ) : (
          <a href={link} target="_blank" rel="noopener noreferrer nofollow" className="inline-block min-h-6 content-center hover:text-ink hover:underline">
            {link}
          </a>
        )}
      </span>
    </p>
  );
}
