import type { Signal } from "#/api/nouns";
import { en } from "#/i18n/en";
import { shortDay } from "#/lib/time";

/** Returns what qualifies the kind of a signal: that it is planned, and how long it lasts. */
export function signalNotes({ stage, end }: Pick<Signal, "stage" | "end">): string {
  const planned = stage === "planned" ? (en.signal.stage.planned ?? "") : "";
  const until = end === null ? "" : en.signal.until(shortDay(end));
  return [planned, until].filter((note) => note !== "").join(", ");
}
