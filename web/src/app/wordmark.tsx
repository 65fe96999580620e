import { en } from "#/i18n/en";

export function Wordmark() {
  return (
    <span className="flex items-center gap-2 text-[1.0625rem] font-semibold tracking-tight">
      <svg viewBox="0 0 24 24" className="size-6 text-accent" aria-hidden="true">
        <circle cx="12" cy="12" r="8" fill="none" stroke="currentColor" strokeWidth="3" strokeDasharray="38 12.3" strokeLinecap="round" transform="rotate(-90 12 12)" />
        <path d="m15.5 15.5 5 5" stroke="currentColor" strokeWidth="3" strokeLinecap="round" />
      </svg>
      {en.app}
    </span>
  );
}
