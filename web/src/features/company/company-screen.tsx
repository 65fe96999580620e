/** One company on one page: reasons for its score, history, next step, and evidence. */
import { useEffect } from "react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Problem } from "#/api/client";
import { leadOf, queryClient } from "#/api/queries";
import { Header } from "#/app/header";
import { live } from "#/app/live";
import { MissingScreen } from "#/app/missing-screen";
import { ProblemState } from "#/components/problem-state";
import { en } from "#/i18n/en";
import { CompanyHeader } from "./company-header";
import { Facts } from "./facts";
import { Joins } from "./joins";
import { NextStep } from "./next-step";
import { River } from "./river";
import { Settled } from "./settled";
import { WhyScore } from "./why-score";

/** The delay that combines several changes of one company into one request. */
const SETTLE_MS = 400;

export function CompanyScreen() {
  const { id } = useParams({ from: "/companies/$id" });
  const lead = useQuery(leadOf(id));
  const name = lead.data?.company.name;
  useFollow(id, lead.data?.company.id);
  useEffect(() => {
    if (name !== undefined) document.title = `${name} · ${en.app}`;
  }, [name]);

  if (lead.error instanceof Problem && lead.error.status === 404) return <MissingScreen />;
  return (
    <div className="flex h-full flex-col print:block print:h-auto">
      <Header />
      {lead.data && <CompanyHeader lead={lead.data} />}
      {lead.data && <Settled lead={lead.data} />}
      <main id="content" className="min-h-0 flex-1 overflow-y-auto print:overflow-visible" aria-busy={lead.isFetching}>
        {lead.isPending && <div className="m-5 h-96 animate-pulse rounded-xl bg-surface" aria-hidden="true" />}
        {lead.error && <div className="grid h-full place-items-center"><ProblemState problem={lead.error} again={() => void lead.refetch()} /></div>}
        {lead.data && (
          <div className="mx-auto grid max-w-[96rem] grid-cols-1 items-start gap-4 p-3 @3xl/app:p-5 print:grid-cols-[minmax(0,1fr)_18rem] print:p-0 print:pt-3 @5xl/app:grid-cols-[minmax(0,1fr)_20rem] @7xl/app:grid-cols-[minmax(0,1.25fr)_minmax(0,1fr)_20rem]">
            <WhyScore lead={lead.data} />
            <aside className="flex flex-col gap-4 @max-5xl/app:order-first @5xl/app:@max-7xl/app:row-span-2 @7xl/app:order-last print:order-none print:row-span-2">
              <NextStep lead={lead.data} />
              <div className="flex flex-col gap-4 @max-5xl/app:hidden print:flex">
                <Facts company={lead.data.company} />
                <Joins joins={lead.data.joins} />
              </div>
            </aside>
            <River lead={lead.data} />
            <div className="flex flex-col gap-4 @5xl/app:hidden print:hidden">
              <Facts company={lead.data.company} />
              <Joins joins={lead.data.joins} />
            </div>
          </div>
        )}
      </main>
    </div>
  );
}

/** Fetches the company again when the stream reports a change of it. */
function useFollow(asked: string, answered: string | undefined): void {
  useEffect(() => {
    live.start();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = () => void queryClient.invalidateQueries(leadOf(asked));
    const stopLoss = live.onLoss(ask);
    const stop = live.read(({ signals }) => {
      if (!signals.some(({ company }) => company.id === asked || company.id === answered)) return;
      clearTimeout(timer);
      timer = setTimeout(ask, SETTLE_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
      stopLoss();
    };
  }, [asked, answered]);
}
