import { type ReactNode, useId } from "react";
import clsx from "clsx";

interface GroupProps {
  title: string;
  hidden?: boolean;
  /** The reason for which the server refuses what is chosen. */
  refused?: string | null;
  children: ReactNode;
}

export function FacetGroup({ title, hidden = false, refused = null, children }: GroupProps) {
  return (
    <fieldset hidden={hidden} className="min-w-0">
      <legend className="mb-1.5 text-2xs font-semibold tracking-wider text-muted uppercase">{title}</legend>
      {refused !== null && <p className="mb-1.5 text-xs text-bad first-letter:uppercase">{refused}</p>}
      <div className="flex flex-col">{children}</div>
    </fieldset>
  );
}

interface RowProps {
  name: string;
  words: string;
  checked: boolean;
  /** Whether several choices may be selected at once. */
  many?: boolean;
  count?: number | undefined;
  onPick: () => void;
}

/** One choice. A native checkbox or radio button, which every assistive technology supports. */
export function FacetRow({ name, words, checked, many = false, count, onPick }: RowProps) {
  const group = useId();
  return (
    <label className={clsx("-mx-2 flex min-h-7 items-center gap-2.5 rounded-md px-2 py-0.5 hover:bg-raised @max-5xl/app:min-h-10", count === 0 && !checked ? "text-muted" : "text-ink")}>
      <input
        type={many ? "checkbox" : "radio"}
        name={many ? name : `${name}${group}`}
        checked={checked}
        onChange={onPick}
        className="size-3.5 shrink-0 accent-(--accent)"
      />
      <span className="min-w-0 flex-1">{words}</span>
      {count !== undefined && <span className="figures text-xs text-muted">{count.toLocaleString("en")}</span>}
    </label>
  );
}
