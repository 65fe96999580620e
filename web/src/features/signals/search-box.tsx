/** Searches during typing, shortly after the last key. */
import { type RefObject, useEffect, useRef, useState } from "react";
import { Search, X } from "lucide-react";
import { searchKeys, searchWanted } from "#/app/search-key";
import { en } from "#/i18n/en";
import { useCell } from "#/lib/cell";
import { useIsWide } from "#/lib/media";

const PAUSE_MS = 250;
/** The width in rem that the words of the empty box need. */
const WORDS_REM = 22;

export function SearchBox({ query, onSearch }: { query: string; onSearch: (query: string) => void }) {
  const [typed, setTyped] = useState(query);
  const [known, setKnown] = useState(query);
  const input = useRef<HTMLInputElement>(null);
  // The address changed elsewhere: a removed chip, or Back.
  if (known !== query) {
    setKnown(query);
    setTyped(query);
  }
  const fits = useIsWide(WORDS_REM);
  useFocusWhenWanted(input);
  useEffect(() => {
    if (typed.trim() === query) return undefined;
    const timer = setTimeout(() => onSearch(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react/exhaustive-deps
  }, [typed]);

  return (
    <search className="relative w-full @3xl/app:max-w-md">
      <Search size="0.9375rem" className="pointer-events-none absolute top-1/2 left-3 -translate-y-1/2 text-muted" aria-hidden="true" />
      <input
        ref={input}
        type="search"
        aria-label={en.wall.search}
        placeholder={fits ? en.wall.search : en.wall.searchShort}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && input.current?.blur()}
        className="h-9 w-full rounded-lg border border-line bg-canvas pr-10 pl-9 placeholder:text-muted hover:border-edge [&::-webkit-search-cancel-button]:hidden"
      />
      {typed === "" ? (
        <kbd aria-hidden="true" className="pointer-events-none absolute top-2 right-2.5 rounded border border-line px-1.5 font-mono text-xs text-muted @max-3xl/app:hidden">
          {searchKeys}
        </kbd>
      ) : (
        <button type="button" aria-label={en.wall.remove(en.wall.query(typed))} onClick={() => setTyped("")} className="absolute top-1.5 right-1.5 grid size-6 place-items-center rounded text-muted hover:text-ink">
          <X size="0.875rem" />
        </button>
      )}
    </search>
  );
}

const FRAMES_MAX = 60;

/**
 * Focuses the box when the keys of the search are pressed. A dialog that closes holds the focus for
 * some frames and then returns it, so that the box waits for the end of it.
 */
function useFocusWhenWanted(input: RefObject<HTMLInputElement | null>): void {
  const wanted = useCell(searchWanted);
  useEffect(() => {
    if (!wanted) return undefined;
    let frame = 0;
    const attempt = (tries: number) => {
      const box = input.current;
      if (document.querySelector("[data-modal]") === null) {
        // Once: what is typed meanwhile must not be selected.
        if (tries === 0 || document.activeElement !== box) {
          box?.focus();
          box?.select();
        }
        if (document.activeElement === box && tries > 2) return searchWanted.set(false);
      }
      if (tries >= FRAMES_MAX) return searchWanted.set(false);
      frame = requestAnimationFrame(() => attempt(tries + 1));
    };
    attempt(0);
    return () => cancelAnimationFrame(frame);
  }, [input, wanted]);
}
