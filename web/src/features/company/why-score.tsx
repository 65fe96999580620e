/** The score of one product, reason by reason. */
import { useState } from "react";
import type { Lead } from "#/api/nouns";
import { Waterfall } from "#/components/charts/waterfall";
import { EmptyState } from "#/components/empty-state";
import { useEvidence } from "#/components/evidence/open";
import { Panel } from "#/components/panel";
import { Segments } from "#/components/ui/segments";
import { en } from "#/i18n/en";
import { inDays, longDay } from "#/lib/time";

export function WhyScore({ lead }: { lead: Lead }) {
  const { open } = useEvidence();
  const scores = lead.scores.toSorted((left, right) => right.score - left.score);
  const [product, setProduct] = useState("");
  const score = scores.find((other) => other.product_id === product) ?? scores[0];
  if (!score) {
    return (
      <Panel title={en.company.why}>
        <div className="grid place-items-center">
          <EmptyState title={en.company.noScore} body={en.company.noScoreBody} />
        </div>
      </Panel>
    );
  }
  const options = scores.map(({ product_id, product_name }) => ({ value: product_id, words: product_name || product_id }));
  return (
    <Panel
      title={en.company.why}
      beside={scores.length > 1 && <Segments label={en.company.product} value={score.product_id} options={options} onPick={setProduct} />}
    >
      <p className="mb-4 text-pretty text-muted">{en.company.whyBody}</p>
      <Waterfall score={score} onOpen={open} />
      <p className="mt-4 border-t border-line pt-3 text-xs text-muted">
        {score.drops_on === null ? en.company.steady : en.company.drops(longDay(score.drops_on), inDays(score.drops_on, lead.on))}
      </p>
    </Panel>
  );
}
