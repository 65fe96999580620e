import type { ComponentProps, ReactNode } from "react";
import clsx from "clsx";

const tones = {
  primary: "bg-accent text-accent-ink hover:brightness-110",
  plain: "border border-line bg-raised hover:border-edge",
  quiet: "text-muted hover:bg-raised hover:text-ink",
};

export function Button({ tone = "plain", className, ...rest }: ComponentProps<"button"> & { tone?: keyof typeof tones }) {
  return (
    <button
      type="button"
      {...rest}
      className={clsx("inline-flex h-8 items-center gap-1.5 rounded-md px-3 font-medium whitespace-nowrap disabled:opacity-60", tones[tone], className)}
    />
  );
}

/** A button with an icon only; its name is read by screen readers and shown on hover. */
export function IconButton({ label, children, className, ...rest }: ComponentProps<"button"> & { label: string; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-label={label}
      data-hint={label}
      {...rest}
      className={clsx("grid size-8 shrink-0 place-items-center rounded-md text-muted hover:bg-raised hover:text-ink", className)}
    >
      {children}
    </button>
  );
}
