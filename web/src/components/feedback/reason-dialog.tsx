/** Asks why a signal is not relevant: one press, or a number key. */
import { useEffect } from "react";
import type { Signal } from "#/api/nouns";
import { SignalTitle } from "#/components/outside";
import { Modal } from "#/components/ui/modal";
import { en } from "#/i18n/en";
import { asking, tell } from "./outcomes";

export default function ReasonDialog({ signal }: { signal: Signal }) {
  useEffect(() => {
    const pressed = ({ key }: KeyboardEvent) => {
      const reason = en.outcome.reasons[Number(key) - 1];
      if (reason !== undefined) choose(reason);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);

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
              className="flex h-10 w-full items-center justify-between rounded-md border border-line px-3 text-left hover:border-edge hover:bg-raised"
            >
              {reason}
              <kbd className="font-mono text-xs text-muted">{index + 1}</kbd>
            </button>
          </li>
        ))}
      </ol>
    </Modal>
  );
}

function choose(reason: string): void {
  const signal = asking.get();
  asking.set(null);
  if (signal) void tell(signal, "ignore", reason);
}
