/** Stands for the search box on screens without one, and leads to it. */
import { Search } from "lucide-react";
import { en } from "#/i18n/en";
import { searchKeys, useGoToSearch } from "./search-key";

export function SearchButton() {
  const go = useGoToSearch();
  return (
    <button type="button" data-testid="to-search" onClick={go} className="flex h-9 w-full max-w-md items-center gap-2.5 rounded-lg border border-line bg-canvas px-3 text-muted hover:border-edge @max-3xl/app:hidden">
      <Search size="0.9375rem" className="shrink-0" aria-hidden="true" />
      <span className="min-w-0 flex-1 truncate text-left">{en.wall.search}</span>
      <kbd aria-hidden="true" className="rounded border border-line px-1.5 font-mono text-xs whitespace-nowrap">
        {searchKeys}
      </kbd>
    </button>
  );
}
