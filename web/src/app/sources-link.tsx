/** Leads to the sources, with the number of those that fail. */
import { Link } from "@tanstack/react-router";
import { Rss } from "lucide-react";
import { en } from "#/i18n/en";
import { useStatus } from "./status";

export function SourcesLink() {
  const status = useStatus();
  const endpoints = status?.troubles.filter(({ part }) => part === "webhooks").length ?? 0;
  const failing = (status?.failing_site_count ?? 0) + endpoints;
  return (
    <Link to="/sources" data-hint={failing > 0 ? en.sources.linkFailing(failing) : en.sources.title} className="flex h-8 items-center gap-1.5 rounded-md px-2 text-muted hover:bg-raised hover:text-ink aria-[current]:text-ink">
      <Rss size="1rem" aria-hidden="true" />
      <span className="@max-5xl/app:sr-only">{en.sources.title}</span>
      {failing > 0 && (
        <span className="figures rounded-full border border-warm px-1.5 text-2xs font-semibold text-warm">
          {" "}
          {failing.toLocaleString("en")}
          <span className="sr-only"> {en.sources.fail(failing)}</span>
        </span>
      )}
    </Link>
  );
}
