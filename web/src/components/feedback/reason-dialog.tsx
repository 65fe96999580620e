/** Asks why a signal is not relevant, or why it is snoozed: one press, or a number key. */
import { useEffect } from "react";
import { useNavigate } from "@tanstack/react-router";
import type { Signal } from "#/api/nouns";
import { SignalTitle } from "#/components/outside";
import { Modal } from "#/components/ui/modal";
import { en } from "#/i18n/en";
import { type Reasoned, asking, tell } from "./outcomes";

/** The reason that leads to the joins of the company. */
const [wrongCompany] = en.outcome.ignored.reasons;

interface Props {
  signal: Signal;
  outcome: Reasoned;
}

export default function ReasonDialog({ signal, outcome }: Props) {
  const words = outcome === "snooze" ? en.outcome.snoozed : en.outcome.ignored;
  const navigate = useNavigate();
  const { id } = signal.company;
  useEffect(() => {
    const pressed = ({ key }: KeyboardEvent) => {
      const reason = words.reasons[Number(key) - 1];
      if (reason !== undefined) choose(reason);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  });

  function choose(reason: string): void {
    asking.set(null);
    void tell(signal, outcome, reason);
    if (reason === wrongCompany) void navigate({ to: "/companies/$id", params: { id } });
  }

  return (
    <Modal
      title={words.why}
      about={
        <p className="mt-1 text-muted">
          <SignalTitle signal={signal} />. {words.body}
        </p>
      }
      onClose={() => asking.set(null)}
      className="max-w-md"
    >
      <ol className="flex flex-col gap-1">
        {words.reasons.map((reason, index) => (
          <li key={reason}>
            <button
              type="button"
              onClick={() => choose(reason)}
              className="flex min-h-10 w-full items-center justify-between gap-3 rounded-md border border-line px-3 py-1.5 text-left hover:border-edge hover:bg-raised"
            >
              <span>
                {reason}
                <span className="block text-xs text-muted empty:hidden">{words.effects[index]}</span>
              </span>
              <kbd className="font-mono text-xs text-muted">{index + 1}</kbd>
            </button>
          </li>
        ))}
      </ol>
    </Modal>
  );
}
