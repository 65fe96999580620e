/** The bar at the top of every screen. */
import type { ReactNode } from "react";
import { Link } from "@tanstack/react-router";
import { Keyboard } from "lucide-react";
import { IconButton } from "#/components/ui/button";
import { en } from "#/i18n/en";
import { helpOpen } from "./help-state";
import { LiveBadge } from "./live-badge";
import { SearchButton } from "./search-button";
import { SourcesLink } from "./sources-link";
import { ThemeButton } from "./theme-button";
import { TroubleBand } from "./trouble-band";
import { Wordmark } from "./wordmark";

export function Header({ children }: { children?: ReactNode }) {
  return (
    <>
      <header className="flex print:hidden flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-surface px-3 py-2 @3xl/app:h-14 @3xl/app:flex-nowrap @3xl/app:px-5">
        <a href="#content" className="sr-only focus:not-sr-only focus:rounded focus:bg-raised focus:px-2 focus:py-1">
          {en.skip}
        </a>
        <Link to="/" className="-m-1 rounded-md p-1" aria-label={`${en.app}: ${en.wall.title}`}>
          <Wordmark />
        </Link>
        <SourcesLink />
        <div className="order-last w-full min-w-0 @3xl/app:order-none @3xl/app:flex @3xl/app:w-auto @3xl/app:flex-1 @3xl/app:justify-center">{children ?? <SearchButton />}</div>
        <div className="ml-auto flex items-center gap-1">
          <LiveBadge />
          <ThemeButton />
          <span className="@max-3xl/app:hidden">
            <IconButton label={en.help.open} onClick={() => helpOpen.set(true)}>
              <Keyboard size="1rem" />
            </IconButton>
          </span>
        </div>
      </header>
      <TroubleBand />
    </>
  );
}
