/** An error response: its remedy, and the id of the request in the log. */
import { Problem } from "#/api/client";
import { Button } from "#/components/ui/button";
import { en } from "#/i18n/en";
import { EmptyState } from "./empty-state";

export function ProblemState({ problem, again }: { problem: Error; again: () => void }) {
  const instance = problem instanceof Problem ? problem.instance : null;
  return (
    <div role="alert">
      <EmptyState title={en.problem.title} body={problem.message}>
        <Button onClick={again}>{en.retry}</Button>
        {instance !== null && <p className="font-mono text-xs text-muted">{en.problem.request(instance)}</p>}
      </EmptyState>
    </div>
  );
}
