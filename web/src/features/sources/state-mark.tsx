/** The state of a source: an icon, a word and a colour. */
import { CircleAlert, CircleCheck, CircleDashed, CircleSlash, TriangleAlert } from "lucide-react";
import clsx from "clsx";
import type { EndpointState, SiteState } from "./source-state";

const marks = {
  failing: { Icon: CircleAlert, colour: "text-bad" },
  disabled: { Icon: CircleSlash, colour: "text-bad" },
  partly: { Icon: TriangleAlert, colour: "text-warm" },
  waiting: { Icon: CircleDashed, colour: "text-muted" },
  works: { Icon: CircleCheck, colour: "text-good" },
  stopped: { Icon: CircleSlash, colour: "text-muted" },
};

export function StateMark({ state, words }: { state: SiteState | EndpointState; words: string }) {
  const { Icon, colour } = marks[state];
  return (
    <span className={clsx("inline-flex items-center gap-1.5 text-xs font-medium", colour)}>
      <Icon size="0.875rem" className="shrink-0" aria-hidden="true" />
      {words}
    </span>
  );
}
