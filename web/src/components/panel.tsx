import { type ReactNode, useId } from "react";

interface Props {
  title: string;
  /** Shown at the right of the title. */
  beside?: ReactNode;
  children: ReactNode;
}

export function Panel({ title, beside, children }: Props) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="rounded-xl border border-line bg-surface p-4 @3xl/app:p-5 print:p-4">
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {beside}
      </div>
      {children}
    </section>
  );
}
