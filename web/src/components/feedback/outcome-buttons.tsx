import clsx from "clsx";
import type { Outcome, Signal } from "#/api/nouns";
import { Button, IconButton } from "#/components/ui/button";
import { en } from "#/i18n/en";
import { OutcomeIcon } from "./outcome-icons";
import { tell, useOutcome } from "./outcomes";

const outcomes: { outcome: Outcome; key: string; colour: string }[] = [
  { outcome: "won", key: "w", colour: "text-good" },
  { outcome: "lost", key: "o", colour: "text-bad" },
  { outcome: "snooze", key: "s", colour: "text-cool" },
  { outcome: "ignore", key: "n", colour: "text-warm" },
];

/** Won, lost, snooze, not relevant; `words` shows text beside the icons. */
export function OutcomeButtons({ signal, words = false }: { signal: Signal; words?: boolean }) {
  const given = useOutcome(signal.id);
  return (
    <div className={clsx("flex gap-0.5", words ? "flex-wrap" : "shrink-0")} role="group" aria-label={en.wall.columns.actions}>
      {outcomes.map(({ outcome, key, colour }) => {
        const label = en.outcome[outcome];
        const shared = {
          "aria-pressed": given === outcome,
          "data-testid": outcome,
          onClick: () => void tell(signal, outcome),
        };
        return words ? (
          <Button key={outcome} tone="quiet" {...shared} className={clsx("px-2!", given === outcome && colour)}>
            <OutcomeIcon outcome={outcome} />
            {label}
          </Button>
        ) : (
          <IconButton key={outcome} label={`${label} (${key})`} {...shared} className={clsx("size-7!", given === outcome && colour)}>
            <OutcomeIcon outcome={outcome} />
          </IconButton>
        );
      })}
    </div>
  );
}
