/** A company's initials on a colour of its own. */
import clsx from "clsx";
import { hueOf, initials } from "#/lib/format";

export function Initials({ name, large = false, className }: { name: string; large?: boolean; className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={clsx("grid shrink-0 place-items-center rounded-lg font-semibold text-white", large ? "size-12 text-base" : "size-9 text-xs", className)}
      style={{ background: `oklch(0.46 0.075 ${hueOf(name)})` }}
    >
      {initials(name)}
    </span>
  );
}
