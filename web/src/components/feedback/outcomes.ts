/** Outcomes of signals: shown at once, stored by the server, undoable for ten seconds. */
import { useSyncExternalStore } from "react";
import type { Outcome, Signal } from "#/api/nouns";
import { giveFeedback, takeFeedbackBack } from "#/api/queries";
import { toasts } from "#/components/ui/toast-manager";
import { en } from "#/i18n/en";
import { cell } from "#/lib/cell";
import { points } from "#/lib/format";

const UNDO_MS = 10_000;

/** Outcomes given on this page, by signal. Replaced, never changed in place. */
const marks = cell<ReadonlyMap<string, Outcome>>(new Map());
/** The signal for which the reason dialog is open. */
export const asking = cell<Signal | null>(null);
let undoNewest: (() => void) | null = null;

export const useOutcome = (id: string): Outcome | undefined => useSyncExternalStore(marks.watch, () => marks.get().get(id));

function mark(id: string, outcome: Outcome | undefined): void {
  const next = new Map(marks.get());
  if (outcome === undefined) next.delete(id);
  else next.set(id, outcome);
  marks.set(next);
}

/** Stores an outcome; "ignore" without a reason opens the dialog that asks for it. */
export async function tell(signal: Signal, outcome: Outcome, reason?: string): Promise<void> {
  if (outcome === "ignore" && reason === undefined) {
    asking.set(signal);
    return;
  }
  const before = marks.get().get(signal.id);
  mark(signal.id, outcome);
  // An undo before the response arrives applies to this outcome, too.
  let isTakenBack = false;
  const takeBackSoon = (): void => {
    isTakenBack = true;
    undoNewest = null;
  };
  undoNewest = takeBackSoon;
  try {
    const said = await giveFeedback({ signal_id: signal.id, outcome, ...(reason === undefined ? {} : { reason }) });
    if (isTakenBack) {
      await takeBack(signal, before);
      return;
    }
    const moved = typeof said.score_after === "number" && said.score_after !== said.score_before;
    const change = moved ? en.outcome.moved(points(said.score_before), points(said.score_after ?? 0)) : signal.company.name;
    const undo = () => void takeBack(signal, before, id);
    const id = toasts.add({
      title: en.outcome.said[outcome],
      description: said.settled ? `${change}. ${said.settled.text}` : change,
      timeout: UNDO_MS,
      actionProps: { children: en.undo, onClick: undo },
    });
    undoNewest = undo;
    setTimeout(() => {
      if (undoNewest === undo) undoNewest = null;
    }, UNDO_MS);
  } catch (problem) {
    if (undoNewest === takeBackSoon) undoNewest = null;
    mark(signal.id, before);
    toasts.add({ title: en.outcome.failed, description: (problem as Error).message, type: "bad", priority: "high" });
  }
}

async function takeBack(signal: Signal, before: Outcome | undefined, toast?: string): Promise<void> {
  undoNewest = null;
  if (toast !== undefined) toasts.close(toast);
  const now = marks.get().get(signal.id);
  mark(signal.id, before);
  try {
    await takeFeedbackBack(signal.id);
    toasts.add({ title: en.outcome.undone, description: signal.company.name, timeout: 3_000 });
  } catch (problem) {
    mark(signal.id, now);
    toasts.add({ title: en.outcome.undoFailed, description: (problem as Error).message, type: "bad", priority: "high" });
  }
}

/** Undoes the newest outcome while its message is shown. */
export const undoLast = (): void => undoNewest?.();
