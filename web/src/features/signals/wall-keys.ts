/** The keyboard shortcuts of the wall. */
import { useNavigate } from "@tanstack/react-router";
import type { Outcome } from "#/api/nouns";
import { live } from "#/app/live";
import { useShortcuts } from "#/app/shortcuts";
import { useEvidence } from "#/components/evidence/open";
import { tell, undoLast } from "#/components/feedback/outcomes";
import { chosen, list, rows } from "./wall-state";

export function useWallKeys(letIn: () => void): void {
  const navigate = useNavigate();
  const evidence = useEvidence();

  function step(by: number): void {
    const { ids } = rows.listing();
    const now = ids.indexOf(chosen.get() ?? "");
    const next = now < 0 ? 0 : Math.min(Math.max(now + by, 0), ids.length - 1);
    const id = ids[next];
    if (id === undefined) return;
    chosen.set(id);
    list.scrollTo(next);
  }
  const signal = () => rows.row(chosen.get() ?? "")?.signal;
  const say = (outcome: Outcome) => {
    const now = signal();
    if (now) void tell(now, outcome);
  };

  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    " ": () => {
      const now = signal();
      if (now) evidence.open(now.id);
    },
    Enter: () => {
      const now = signal();
      if (now) void navigate({ to: "/companies/$id", params: { id: now.company.id } });
    },
    Escape: () => {
      chosen.set(null);
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    },
    w: () => say("won"),
    o: () => say("lost"),
    s: () => say("snooze"),
    n: () => say("ignore"),
    u: undoLast,
    l: () => live.pause(!live.state().paused),
    ".": letIn,
  });
}
