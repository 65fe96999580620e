/** What leadq reads and where it sends signals: followed sites and endpoints, the worst first. */
import { type ReactNode, type RefObject, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import type { Endpoint, Site } from "#/api/nouns";
import { endpoints as endpointsQuery, watched } from "#/api/queries";
import { Header } from "#/app/header";
import { live } from "#/app/live";
import { EmptyState } from "#/components/empty-state";
import { ProblemState } from "#/components/problem-state";
import { en } from "#/i18n/en";
import { EndpointRow } from "./endpoint-row";
import { HowToFollow } from "./how-to-follow";
import { SiteList } from "./site-list";
import { endpointState, endpointText, endpointsWorstFirst, hasWords, siteState, siteText, sitesWorstFirst } from "./source-state";

const { sources: words } = en;

export function SourcesScreen() {
  const box = useRef<HTMLElement>(null);
  const [typed, setTyped] = useState("");
  const wanted = useDeferredValue(typed.trim());
  const sites = useQuery(watched);
  const endpoints = useQuery(endpointsQuery);
  useEffect(() => {
    live.start();
    document.title = `${en.sources.title} · ${en.app}`;
  }, []);

  return (
    <div className="flex h-full flex-col">
      <Header />
      <main ref={box} id="content" className="relative min-h-0 flex-1 overflow-y-auto" aria-busy={sites.isFetching}>
        <div className="mx-auto flex max-w-4xl flex-col gap-4 p-3 @3xl/app:p-5">
          <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
            <div>
              <h1 className="text-lg font-semibold">{words.title}</h1>
              <p className="text-muted">{words.body}</p>
            </div>
            <WordFilter typed={typed} onType={setTyped} />
          </div>
          {sites.error && <ProblemState problem={sites.error} again={() => void sites.refetch()} />}
          {endpoints.error && <ProblemState problem={endpoints.error} again={() => void endpoints.refetch()} />}
          {(sites.isPending || endpoints.isPending) && <div className="h-64 animate-pulse rounded-xl bg-surface" aria-hidden="true" />}
          {endpoints.data && <Endpoints endpoints={endpoints.data} wanted={wanted} />}
          {sites.data && <Sites box={box} sites={sites.data} wanted={wanted} />}
        </div>
      </main>
    </div>
  );
}

function WordFilter({ typed, onType }: { typed: string; onType: (typed: string) => void }) {
  return (
    <search className="relative w-full @2xl/app:w-72">
      <Search size="0.9375rem" className="pointer-events-none absolute top-1/2 left-3 -translate-y-1/2 text-muted" aria-hidden="true" />
      <input
        type="search"
        aria-label={words.filter}
        placeholder={words.filter}
        value={typed}
        onChange={(event) => onType(event.target.value)}
        className="h-9 w-full rounded-lg border border-line bg-surface pr-3 pl-9 placeholder:text-muted hover:border-edge"
      />
    </search>
  );
}

function Endpoints({ endpoints, wanted }: { endpoints: Endpoint[]; wanted: string }) {
  const failing = endpoints.filter((endpoint) => endpointState(endpoint) !== "works").length;
  const shown = endpointsWorstFirst(endpoints).filter((endpoint) => hasWords(endpointText(endpoint), wanted));
  return (
    <Section title={words.endpoints} about={words.endpointsAbout(endpoints.length, failing)}>
      {shown.length === 0 && <p className="px-4 py-3 text-muted">{endpoints.length === 0 ? words.noEndpoints : words.noMatch}</p>}
      {shown.length > 0 && (
        <ul>
          {shown.map((endpoint) => (
            <li key={endpoint.id} data-testid="endpoint" className="border-b border-line px-4 py-3 last:border-0">
              <EndpointRow endpoint={endpoint} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Sites({ box, sites, wanted }: { box: RefObject<HTMLElement | null>; sites: Site[]; wanted: string }) {
  const sorted = useMemo(() => sitesWorstFirst(sites).map((site) => ({ site, text: siteText(site) })), [sites]);
  const shown = useMemo(() => sorted.filter(({ text }) => hasWords(text, wanted)).map(({ site }) => site), [sorted, wanted]);
  const failing = sites.filter((site) => siteState(site) === "failing").length;
  const about = words.sitesAbout(sites.length, failing);
  if (sites.length === 0) {
    return (
      <Section title={words.sites} about={about}>
        <div className="grid place-items-center pb-6">
          <EmptyState title={words.empty} body={words.emptyBody} />
          <div className="px-4">
            <HowToFollow />
          </div>
        </div>
      </Section>
    );
  }
  return (
    <Section title={words.sites} about={about}>
      <details className="border-b border-line px-4 py-2.5">
        <summary className="min-h-6 text-[0.8125rem] text-muted hover:text-ink">{words.how}</summary>
        <div className="py-3">
          <HowToFollow />
        </div>
      </details>
      {shown.length > 0 ? <SiteList box={box} sites={shown} /> : <p className="px-4 py-3 text-muted">{words.noMatch}</p>}
    </Section>
  );
}

function Section({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="overflow-clip rounded-xl border border-line bg-surface">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 border-b border-line px-4 py-3">
        <h2 className="font-semibold">{title}</h2>
        <p className="figures text-xs text-muted">{about}</p>
      </div>
      {children}
    </section>
  );
}
