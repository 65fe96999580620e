/**
 * The score as a waterfall: every reason is a line with a bar that starts at the end of the one
 * before. The lines are a list of words and numbers, so it is readable without the graphic.
 */
import { ChevronRight } from "lucide-react";
import type { Score } from "#/api/nouns";
import { en } from "#/i18n/en";
import { bandName, points, signed } from "#/lib/format";
import { type Step, partsOf, range } from "./waterfall-steps";

interface Props {
  score: Score;
  onOpen: (signal: string) => void;
}

const LINE = "grid w-full grid-cols-[minmax(0,1fr)_3.5rem] items-center gap-x-3 gap-y-1 px-2 py-1.5 text-left @2xl/app:grid-cols-[minmax(0,1.1fr)_minmax(0,1fr)_4.25rem]";

export function Waterfall({ score, onOpen }: Props) {
  const all = partsOf(score.contributions);
  const scale = range(all);
  return (
    <div data-testid="waterfall">
      {all.map(({ part, steps, points: sum }) => (
        <section key={part} className="mb-3" aria-label={en.signal.parts[part]}>
          <h3 className="flex items-center gap-2 px-2 pb-1 text-xs font-semibold">
            <span className="size-2.5 rounded-sm" style={{ background: `var(--${part})` }} aria-hidden="true" />
            {en.signal.parts[part]}
            <span className="figures ml-auto text-muted">{signed(sum)}</span>
          </h3>
          <ul>
            {steps.map((step, index) => (
              // Reasons may repeat; their position does not.
              // oxlint-disable-next-line react/no-array-index-key
              <li key={`${step.contribution.reason} ${index}`}>
                <Reason step={step} scale={scale} onOpen={onOpen} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      <div className={`${LINE} border-t border-line pt-3 font-semibold`}>
        <span>{en.company.total}</span>
        <Bar from={0} to={score.score} scale={scale} colour={`var(--${bandName(score.band)}-mark)`} />
        <span className="figures text-right">{points(score.score)}</span>
      </div>
    </div>
  );
}

function Reason({ step, scale, onOpen }: { step: Step; scale: Scale; onOpen: (signal: string) => void }) {
  const { contribution, from, to } = step;
  const { signal } = contribution;
  const line = (
    <>
      <span className="flex min-w-0 items-center gap-1 text-[0.8125rem] leading-[1.15rem]">
        <span className="min-w-0 text-pretty">{contribution.reason}</span>
        {signal !== null && <ChevronRight size="0.8125rem" className="shrink-0 text-accent" aria-hidden="true" />}
      </span>
      <Bar from={from} to={to} scale={scale} colour={to < from ? "var(--bad)" : `var(--${contribution.component})`} />
      <span className="figures text-right text-[0.8125rem]">{signed(contribution.points)}</span>
    </>
  );
  if (signal === null) return <div className={LINE}>{line}</div>;
  return (
    <button type="button" data-testid="reason" onClick={() => onOpen(signal)} className={`${LINE} rounded-md hover:bg-raised`}>
      {line}
    </button>
  );
}

interface Scale {
  least: number;
  most: number;
}

/** One bar on the shared scale. The dashed line marks its start. */
function Bar({ from, to, scale, colour }: { from: number; to: number; scale: Scale; colour: string }) {
  const x = (value: number) => ((value - scale.least) / (scale.most - scale.least)) * 100;
  const left = Math.min(x(from), x(to));
  return (
    <svg width="100%" height="1rem" className="@max-2xl/app:order-last @max-2xl/app:col-span-2" aria-hidden="true">
      <rect x="0" y="0.375rem" width="100%" height="0.25rem" rx="0.125rem" fill="var(--raised)" />
      <rect x={`${left}%`} y="0.125rem" width={`${Math.max(Math.abs(x(to) - x(from)), 0.4)}%`} height="0.75rem" rx="0.15rem" fill={colour} />
      <line x1={`${x(from)}%`} x2={`${x(from)}%`} y1="0" y2="1rem" stroke="var(--edge)" strokeDasharray="2 2" />
    </svg>
  );
}
