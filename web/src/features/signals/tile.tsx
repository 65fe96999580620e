/** One signal: company, event, score, confidence and evidence. */
import { memo, useRef, useState } from "react";
import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { PartBars } from "#/components/charts/part-bars";
import { ScoreRing } from "#/components/charts/score-ring";
import { Confidence } from "#/components/confidence";
import { OutcomeButtons } from "#/components/feedback/outcome-buttons";
import { useOutcome } from "#/components/feedback/outcomes";
import { Initials } from "#/components/initials";
import { OutsideList } from "#/components/outside";
import { en } from "#/i18n/en";
import { Chips } from "./chips";
import { Claim } from "./claim";
import { eventAge } from "./event-age";
import { KindLine } from "./kind-line";
import { useFocusWhenChosen, useRow } from "./use-row";
import { chosen as choice } from "./wall-state";

interface Props {
  id: string;
  on: string;
  chosen: boolean;
  /** Whether lines wrap instead of being cut, as with large text on a small screen. */
  narrow: boolean;
  /** Shows the outcome buttons without hovering, for devices without hover. */
  alwaysActing: boolean;
  index: number;
  total: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export const Tile = memo(function Tile({ id, on, chosen, narrow, alwaysActing, index, total, x, y, width, height }: Props) {
  const row = useRow(id);
  const outcome = useOutcome(id);
  const [hovered, setHovered] = useState(false);
  const article = useRef<HTMLElement>(null);
  useFocusWhenChosen(article, chosen);
  if (!row) return null;
  const { signal, withdrawn } = row;
  const { company } = signal;
  // Tab visits only the chosen tile; otherwise it would pass through thousands of tiles.
  const reachable = chosen ? 0 : -1;
  const acting = chosen || hovered || alwaysActing;
  return (
    <article
      ref={article}
      aria-label={`${company.name}: ${signal.title}`}
      aria-posinset={index + 1}
      aria-setsize={total}
      tabIndex={chosen || index === 0 ? 0 : -1}
      onFocus={() => choice.set(id)}
      onPointerEnter={() => setHovered(true)}
      onPointerLeave={() => setHovered(false)}
      data-testid="tile"
      data-narrow={narrow || undefined}
      data-id={id}
      style={{ transform: `translate(${x}px, ${y}px)`, width, height }}
      className={clsx(
        "group/tile absolute flex flex-col gap-2 overflow-hidden rounded-xl border px-4 contain-strict pt-3.5 pb-2 outline-offset-0",
        chosen ? "border-accent" : "border-line hover:border-edge",
        // Signals with an outcome are dimmed without losing contrast.
        withdrawn || outcome ? "bg-canvas" : "bg-surface",
      )}
    >
      <div className="flex items-start gap-3">
        <Initials name={company.name} className="group-data-narrow/tile:hidden" />
        {/* A name of two lines takes the place of the domain. */}
        <div className="h-14 min-w-0 flex-1 overflow-hidden group-data-narrow/tile:h-[5.75rem]">
          <Link to="/companies/$id" params={{ id: company.id }} tabIndex={reachable} data-cut className="line-clamp-2 leading-[1.125rem] font-semibold hover:underline group-data-narrow/tile:line-clamp-3">
            {company.name}
          </Link>
          <KindLine signal={signal} />
          <p data-cut className="truncate text-xs leading-4 text-muted">
            <OutsideList texts={[company.domain, company.country]} />
          </p>
        </div>
        <ScoreRing score={signal.score} band={signal.band} size={46} word />
      </div>
      <Claim signal={signal} withdrawn={withdrawn} tabIndex={reachable} className="line-clamp-3 h-15 text-pretty" />
      <div className="grid grid-cols-[1fr_auto] items-center gap-x-3 text-xs">
        <Confidence value={signal.confidence} />
        <p className="figures row-start-2 truncate text-muted" data-cut data-hint={en.signal.sourcesTitle}>
          {en.signal.sources(signal.independent_sources)} · {eventAge(signal, on)}
        </p>
        <PartBars className="group-data-narrow/tile:hidden" components={signal.components} />
      </div>
      <div className="mt-auto flex min-h-9 items-center gap-2 border-t border-line pt-1">
        {outcome ? (
          <p data-cut className="min-w-0 flex-1 truncate text-xs font-medium text-muted">
            {en.outcome.said[outcome]}
          </p>
        ) : (
          <Chips signal={signal} on={on} most={alwaysActing ? 1 : 2} tabIndex={reachable} />
        )}
        {acting && <OutcomeButtons signal={signal} />}
      </div>
    </article>
  );
});
