/** Whether a piece of evidence is still valid: an icon, a word and a colour. */
import { Clock, Eraser, ShieldCheck, TriangleAlert } from "lucide-react";
import clsx from "clsx";
import type { EvidenceInText } from "#/api/nouns";
import { en } from "#/i18n/en";

const fates: Record<string, { Icon: typeof Clock; colour: string }> = {
  verified: { Icon: ShieldCheck, colour: "text-good" },
  expired: { Icon: Clock, colour: "text-warm" },
  erased: { Icon: Eraser, colour: "text-cold" },
};
const broken = { Icon: TriangleAlert, colour: "text-bad" };

export function FateMark({ fate }: { fate: EvidenceInText["fate"] }) {
  const { Icon, colour } = fates[fate] ?? broken;
  return (
    <span className={clsx("flex shrink-0 items-center gap-1 text-xs font-medium", colour)} title={en.evidence.fateWhy[fate]}>
      <Icon size="0.8125rem" aria-hidden="true" />
      {en.evidence.fate[fate]}
    </span>
  );
}
