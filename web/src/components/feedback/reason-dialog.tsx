/** Asks why a signal is not relevant: one press, or a number key. */
import { useEffect } from "react";
import { useNavigate } from "@tanstack/react-router";
import type { Signal } from "#/api/nouns";
import { SignalTitle } from "#/components/outside";
import { Modal } from "#/components/ui/modal";
import { en } from "#/i18n/en";
import { asking, tell } from "./outcomes";

/** The reason that leads to the joins of the company. */
const [wrongCompany] = en.outcome.reasons;

export default function ReasonDialog({ signal }: { signal: Signal }) {
  const navigate = useNavigate();
  const { id } = signal.company;
  useEffect(() => {
    const pressed = ({ key }: KeyboardEvent) => {
      const reason = en.outcome.reasons[Number(key) - 1];
      if (reason !== undefined) choose(reason);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  });

  function choose(reason: string): void {
    asking.set(null);
    void tell(signal, "ignore", reason);
    if (reason === wrongCompany) void navigate({ to: "/companies/$id", params: { id } });
  }

  return (
    <Modal
      title={en.outcome.why}
      about={
        <p className="mt-1 text-muted">
          <SignalTitle signal={signal} />. {en.outcome.whyBody}
        </p>
      }
      onClose={() => asking.set(null)}
      className="max-w-md"
    >
      <ol className="flex flex-col gap-1">
        {en.outcome.reasons.map((reason, index) => (
          <li key={reason}>
            <button
              type="button"
              onClick={() => choose(reason)}
              className="flex min-h-10 w-full items-center justify-between gap-3 rounded-md border border-line px-3 py-1.5 text-left hover:border-edge hover:bg-raised"
            >
              <span>
                {reason}
                <span className="block text-xs text-muted">{en.outcome.effects[index]}</span>
              </span>
              <kbd className="font-mono text-xs text-muted">{index + 1}</kbd>
            </button>
          </li>
        ))}
      </ol>
    </Modal>
  );
}
