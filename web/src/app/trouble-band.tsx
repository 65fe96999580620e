/** Problems that keep leadq from working, shown under every header for as long as they last. */
import { Link } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import { Outside } from "#/components/outside";
import { en } from "#/i18n/en";
import { useLive } from "./live";

export function TroubleBand() {
  const { troubles } = useLive();
  if (troubles.length === 0) return null;
  const goesOn = troubles.every(({ part }) => part !== "stages");
  const tellsSources = troubles.some(({ part }) => part === "webhooks");
  return (
    <div role="alert" data-testid="trouble" className="flex items-start gap-2 border-b border-line bg-raised px-3 py-2 text-sm text-ink @3xl/app:px-5">
      <TriangleAlert size="1rem" aria-hidden="true" className="mt-0.5 shrink-0 text-warm" />
      <ul className="min-w-0">
        {troubles.map(({ part, cause }) => (
          <li key={part + cause}>
            <strong className="font-medium">{en.trouble.parts[part] ?? part}:</strong> <Outside>{cause}</Outside>
          </li>
        ))}
        <li className="text-muted">
          {en.trouble.kept} {goesOn && en.trouble.goesOn}
          {tellsSources && (
            <>
              {" "}
              <Link to="/sources" className="inline-block min-h-6 content-center font-medium text-accent hover:underline">
                {en.trouble.sources}
              </Link>
            </>
          )}
        </li>
      </ul>
    </div>
  );
}
