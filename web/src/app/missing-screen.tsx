import { Link } from "@tanstack/react-router";
import { EmptyState } from "#/components/empty-state";
import { en } from "#/i18n/en";
import { Header } from "./header";

export function MissingScreen() {
  return (
    <div className="flex h-full flex-col">
      <Header />
      <main id="content" className="grid flex-1 place-items-center">
        <EmptyState title={en.missing.title} body={en.missing.body} level={1}>
          <Link to="/" className="rounded-md bg-accent px-3 py-1.5 font-medium text-accent-ink">
            {en.missing.home}
          </Link>
        </EmptyState>
      </main>
    </div>
  );
}
