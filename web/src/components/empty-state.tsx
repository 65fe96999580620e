import type { ReactNode } from "react";

interface Props {
  title: string;
  body: string;
  level?: 1 | 2;
  children?: ReactNode;
}

export function EmptyState({ title, body, level = 2, children }: Props) {
  const Title = level === 1 ? "h1" : "h2";
  return (
    <div className="flex max-w-md flex-col items-center gap-4 px-6 py-10 text-center">
      <svg viewBox="0 0 48 48" className="size-12 text-edge" aria-hidden="true">
        <circle cx="21" cy="21" r="14" fill="none" stroke="currentColor" strokeWidth="3" strokeDasharray="4 5" />
        <path d="m31.5 31.5 9 9" stroke="currentColor" strokeWidth="3" strokeLinecap="round" />
      </svg>
      <div>
        <Title className="text-base font-semibold">{title}</Title>
        <p className="mt-1 text-muted first-letter:uppercase">{body}</p>
      </div>
      {children}
    </div>
  );
}
