/** Icons of one path each, because a wall has many of them. */
import type { Outcome } from "#/api/nouns";

const PATHS: Record<Outcome, string> = {
  won: "M7 4h10v6a5 5 0 0 1-10 0zM7 6H4v1a4 4 0 0 0 3.5 4M17 6h3v1a4 4 0 0 1-3.5 4M12 15v5M8 20h8",
  lost: "m6 6 12 12M18 6 6 18",
  snooze: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3.5 2",
  ignore: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M5.6 5.6l12.8 12.8",
};

/** Returns whether the word of the server is an outcome that this app knows. */
export const isOutcome = (word: string): word is Outcome => Object.hasOwn(PATHS, word);

export function OutcomeIcon({ outcome }: { outcome: Outcome }) {
  return (
    <svg viewBox="0 0 24 24" width="0.9375rem" height="0.9375rem" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={PATHS[outcome]} />
    </svg>
  );
}
