/** The screen shown in place of one that failed. */
import type { ErrorComponentProps } from "@tanstack/react-router";
import { ProblemState } from "#/components/problem-state";
import { Header } from "./header";

export function ErrorScreen({ error, reset }: ErrorComponentProps) {
  return (
    <div className="flex h-full flex-col">
      <Header />
      <main id="content" className="grid flex-1 place-items-center">
        <ProblemState problem={error instanceof Error ? error : new Error(String(error))} again={reset} />
      </main>
    </div>
  );
}
