/** A group of a few choices, one of them selected. */
import type { LucideIcon } from "lucide-react";
import clsx from "clsx";

interface Props<Value extends string> {
  label: string;
  value: Value;
  options: { value: Value; words: string; Icon?: LucideIcon }[];
  onPick: (value: Value) => void;
  /** Fills the available width, in equal parts. */
  wide?: boolean;
}

export function Segments<Value extends string>({ label, value, options, onPick, wide = false }: Props<Value>) {
  return (
    <div role="group" aria-label={label} className="flex rounded-md border border-line bg-raised p-0.5">
      {options.map(({ value: own, words, Icon }) => (
        <button
          key={own}
          type="button"
          aria-pressed={own === value}
          onClick={() => onPick(own)}
          className={clsx(
            "flex h-6.5 items-center justify-center gap-1.5 rounded text-[0.8125rem] font-medium whitespace-nowrap",
            wide ? "flex-1 px-1 @max-5xl/app:h-9" : "px-2.5",
            own === value ? "bg-surface text-ink shadow-sm ring-1 ring-edge" : "text-muted hover:text-ink",
          )}
        >
          {Icon && <Icon size="0.8125rem" aria-hidden="true" />}
          {words}
        </button>
      ))}
    </div>
  );
}
