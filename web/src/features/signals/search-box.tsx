/** Searches during typing, shortly after the last key. */
import { useEffect, useRef, useState } from "react";
import { Search, X } from "lucide-react";
import { useShortcuts } from "#/app/shortcuts";
import { en } from "#/i18n/en";

const PAUSE_MS = 250;

export function SearchBox({ query, onSearch }: { query: string; onSearch: (query: string) => void }) {
  const [typed, setTyped] = useState(query);
  const [known, setKnown] = useState(query);
  const input = useRef<HTMLInputElement>(null);
  // The address changed elsewhere: a removed chip, or Back.
  if (known !== query) {
    setKnown(query);
    setTyped(query);
  }
  useShortcuts({ "/": () => input.current?.focus() });
  useEffect(() => {
    if (typed.trim() === query) return undefined;
    const timer = setTimeout(() => onSearch(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react/exhaustive-deps
  }, [typed]);

  return (
    <search className="relative w-full md:max-w-md">
      <Search size={15} className="pointer-events-none absolute top-2.5 left-3 text-muted" aria-hidden="true" />
      <input
        ref={input}
        type="search"
        aria-label={en.wall.search}
        placeholder={en.wall.search}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && input.current?.blur()}
        className="h-9 w-full rounded-lg border border-line bg-canvas pr-10 pl-9 placeholder:text-muted hover:border-edge [&::-webkit-search-cancel-button]:hidden"
      />
      {typed === "" ? (
        <kbd aria-hidden="true" className="pointer-events-none absolute top-2 right-2.5 rounded border border-line px-1.5 font-mono text-xs text-muted max-md:hidden">
          /
        </kbd>
      ) : (
        <button type="button" aria-label={en.wall.remove(en.wall.query(typed))} onClick={() => setTyped("")} className="absolute top-1.5 right-1.5 grid size-6 place-items-center rounded text-muted hover:text-ink">
          <X size={14} />
        </button>
      )}
    </search>
  );
}
