/** Outcomes of signals: shown at once, stored by the server, undoable for ten seconds. */
import { useSyncExternalStore } from "react";
import type { Outcome, Signal } from "#/api/nouns";
import { giveFeedback, readLeadsAgain, takeFeedbackBack } from "#/api/queries";
import { toasts } from "#/components/ui/toast-manager";
import { en } from "#/i18n/en";
import { cell } from "#/lib/cell";
import { points } from "#/lib/format";

const UNDO_MS = 10_000;

/** Outcomes given on this page, by signal. Replaced, never changed in place. */
const marks = cell<ReadonlyMap<string, Outcome>>(new Map());
/** An outcome that needs a reason. */
export type Reasoned = "ignore" | "snooze";
/** The signal and the outcome for which the reason dialog is open. */
export const asking = cell<{ signal: Signal; outcome: Reasoned } | null>(null);
let undoNewest: (() => void) | null = null;
/** The messages that offer to undo an outcome, by signal. */
const messages = new Map<string, string>();

export const useOutcome = (id: string): Outcome | undefined => useSyncExternalStore(marks.watch, () => marks.get().get(id));

function mark(id: string, outcome: Outcome | undefined): void {
  const next = new Map(marks.get());
  if (outcome === undefined) next.delete(id);
  else next.set(id, outcome);
  marks.set(next);
}

/** Stores an outcome; "ignore" and "snooze" without a reason open the dialog that asks for it. */
export async function tell(signal: Signal, outcome: Outcome, reason?: string): Promise<void> {
  if ((outcome === "ignore" || outcome === "snooze") && reason === undefined) {
    asking.set({ signal, outcome });
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
      await takeBackOn(signal.id, signal.company.name, before);
      return;
    }
    readLeadsAgain();
    const moved = typeof said.score_after === "number" && said.score_after !== said.score_before;
    const change = moved ? en.outcome.moved(points(said.score_before), points(said.score_after ?? 0)) : signal.company.name;
    const undo = () => void takeBackOn(signal.id, signal.company.name, before);
    const message = toasts.add({
      title: en.outcome.said[outcome],
      description: said.settled ? `${change}. ${said.settled.text}` : change,
      timeout: UNDO_MS,
      actionProps: { children: en.undo, onClick: undo },
    });
    messages.set(signal.id, message);
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

/** Takes back the newest outcome of a signal; `before` is the one that counts then. */
export async function takeBackOn(id: string, company: string, before?: Outcome): Promise<void> {
  undoNewest = null;
  const message = messages.get(id);
  if (message !== undefined) toasts.close(message);
  messages.delete(id);
  const now = marks.get().get(id);
  mark(id, before);
  try {
    await takeFeedbackBack(id);
    readLeadsAgain();
    toasts.add({ title: en.outcome.undone, description: company, timeout: 3_000 });
  } catch (problem) {
    mark(id, now);
    toasts.add({ title: en.outcome.undoFailed, description: (problem as Error).message, type: "bad", priority: "high" });
  }
}

/** Undoes the newest outcome while its message is shown. */
export const undoLast = (): void => undoNewest?.();
