/** The records that are judged to be one company, and the reasons. */
import { Equal, EqualNot } from "lucide-react";
import type { Join } from "#/api/nouns";
import { Outside } from "#/components/outside";
import { Panel } from "#/components/panel";
import { en } from "#/i18n/en";
import { percent } from "#/lib/format";

export function Joins({ joins }: { joins: Join[] }) {
  if (joins.length === 0) return null;
  return (
    <Panel title={en.company.joins}>
      <ul className="flex flex-col gap-4">
        {joins.map((join) => {
          const same = join.verdict === "same";
          const Icon = same ? Equal : EqualNot;
          return (
            <li key={join.id} className="text-[0.8125rem]">
              <p className="flex flex-wrap items-center gap-x-1.5 font-mono text-xs break-all">
                {join.left}
                <Icon size="0.8125rem" className="shrink-0 text-accent" role="img" aria-label={same ? en.company.same : en.company.different} />
                {join.right}
              </p>
              <p className="figures mt-0.5 text-xs text-muted">
                {same ? en.company.same : en.company.different}, {percent(join.confidence)}, {en.company.by} <Outside>{join.by}</Outside>
              </p>
              <ul className="mt-1 list-disc pl-4 text-xs marker:text-muted">
                {join.reasons.map((reason) => (
                  <li key={reason}>{reason}</li>
                ))}
              </ul>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
