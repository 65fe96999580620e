import { memo, useRef } from "react";
import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { ScoreRing } from "#/components/charts/score-ring";
import { Confidence } from "#/components/confidence";
import { OutcomeButtons } from "#/components/feedback/outcome-buttons";
import { useOutcome } from "#/components/feedback/outcomes";
import { Initials } from "#/components/initials";
import { OutsideList } from "#/components/outside";
import { Chips } from "./chips";
import { Claim } from "./claim";
import { eventAge } from "./event-age";
import { KindLine } from "./kind-line";
import { useFocusWhenChosen, useRow } from "./use-row";
import { chosen as choice } from "./wall-state";

/** The columns of the head and of every row. */
export const TABLE_COLUMNS =
  "grid items-center gap-4 px-5 grid-cols-[minmax(9rem,1fr)_minmax(12rem,2fr)_5.5rem_8rem_5rem_7.75rem] @4xl:grid-cols-[minmax(11rem,1.7fr)_minmax(12rem,2fr)_5.5rem_8rem_minmax(8.5rem,1fr)_4.5rem_7.75rem]";

interface Props {
  id: string;
  on: string;
  chosen: boolean;
  index: number;
  y: number;
  height: number;
}

export const TableRow = memo(function TableRow({ id, on, chosen, index, y, height }: Props) {
  const row = useRow(id);
  const outcome = useOutcome(id);
  const line = useRef<HTMLDivElement>(null);
  useFocusWhenChosen(line, chosen);
  if (!row) return null;
  const { signal, withdrawn } = row;
  const { company } = signal;
  const reachable = chosen ? 0 : -1;
  return (
    <div
      ref={line}
      role="row"
      aria-rowindex={index + 2}
      tabIndex={chosen || index === 0 ? 0 : -1}
      onFocus={() => choice.set(id)}
      data-testid="tile"
      data-id={id}
      style={{ transform: `translateY(${y}px)`, height }}
      className={clsx(TABLE_COLUMNS, "absolute inset-x-0 border-b border-line text-[0.8125rem] outline-offset-[-2px]", chosen ? "bg-raised" : withdrawn || outcome ? "bg-canvas" : "hover:bg-raised")}
    >
      <div role="cell" className="flex min-w-0 items-center gap-2.5">
        <Initials name={company.name} />
        <div className="min-w-0">
          <Link to="/companies/$id" params={{ id: company.id }} tabIndex={reachable} data-cut className="line-clamp-2 text-sm leading-[1.125rem] font-semibold hover:underline">
            {company.name}
          </Link>
          <p data-cut className="truncate text-xs text-muted">
            <OutsideList texts={[company.domain, company.country]} />
          </p>
        </div>
      </div>
      <div role="cell" className="min-w-0">
        <KindLine signal={signal} />
        <Claim signal={signal} withdrawn={withdrawn} tabIndex={reachable} className="line-clamp-2 text-xs leading-4" />
      </div>
      <div role="cell" className="flex items-center gap-2">
        <ScoreRing score={signal.score} band={signal.band} size={36} />
        <span className="text-xs leading-4 text-muted">{signal.band}</span>
      </div>
      <div role="cell" className="text-xs">
        <Confidence value={signal.confidence} />
      </div>
      <div role="cell" className="min-w-0 @max-4xl:hidden">
        <Chips signal={signal} on={on} most={1} tabIndex={reachable} />
      </div>
      <div role="cell" className="figures text-xs text-muted">
        {eventAge(signal, on)}
      </div>
      <div role="cell" className="flex justify-end">
        <OutcomeButtons signal={signal} />
      </div>
    </div>
  );
});
