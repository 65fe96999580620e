/** An endpoint that signals are sent to: its state, the last failure, and a button to enable it. */
import { useState } from "react";
import type { Endpoint } from "#/api/nouns";
import { enableEndpoint, endpoints as endpointsQuery, queryClient } from "#/api/queries";
import { Outside } from "#/components/outside";
import { Button } from "#/components/ui/button";
import { toasts } from "#/components/ui/toast-manager";
import { en } from "#/i18n/en";
import { longDay, longInstant } from "#/lib/time";
import { endpointReason, endpointState } from "./source-state";
import { StateMark } from "./state-mark";

const { sources: words } = en;

export function EndpointRow({ endpoint }: { endpoint: Endpoint }) {
  const state = endpointState(endpoint);
  const [busy, setBusy] = useState(false);
  const enable = async () => {
    setBusy(true);
    try {
      const { revived } = await enableEndpoint(endpoint.id);
      toasts.add({ title: words.enabled, description: words.revived(revived), timeout: 5_000 });
      await queryClient.invalidateQueries(endpointsQuery);
    } catch (problem) {
      toasts.add({ title: words.notEnabled, description: (problem as Error).message, type: "bad", priority: "high" });
    } finally {
      setBusy(false);
    }
  };
  const since = endpoint.disabled ?? endpoint.failing_since;
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <div className="min-w-0 flex-1 basis-64">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <p className="min-w-0 font-semibold">{endpoint.url}</p>
          <StateMark state={state} words={words.endpointStates[state]} />
        </div>
        {state !== "works" && (
          <>
            <p className="text-[0.8125rem]">
              <Outside>{endpointReason(endpoint) ?? words.noReason}</Outside>
            </p>
            <p className="figures text-xs text-muted">
              {words.failures(endpoint.failures)}
              {since && ` · ${state === "disabled" ? words.disabledSince(longInstant(since)) : words.failingSince(longDay(since))}`}
            </p>
          </>
        )}
      </div>
      {state === "disabled" && (
        <Button disabled={busy} onClick={() => void enable()}>
          {words.enable}
        </Button>
      )}
    </div>
  );
}
