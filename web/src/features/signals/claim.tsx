/** The claim of a signal; pressing it opens the evidence, where the whole of it stands. */
import clsx from "clsx";
import type { Signal } from "#/api/nouns";
import { useEvidence } from "#/components/evidence/open";
import { en } from "#/i18n/en";

interface Props {
  signal: Signal;
  withdrawn: boolean;
  tabIndex: 0 | -1;
  /** The class of the text, with the number of its lines. */
  className: string;
}

export function Claim({ signal, withdrawn, tabIndex, className }: Props) {
  const { open } = useEvidence();
  return (
    <button type="button" tabIndex={tabIndex} onClick={() => open(signal.id)} className="block w-full shrink-0 text-left select-text">
      <span data-cut className={clsx(className, withdrawn && "font-medium text-warm")}>
        {withdrawn ? en.wall.withdrawn : signal.explanation}
      </span>
    </button>
  );
}
