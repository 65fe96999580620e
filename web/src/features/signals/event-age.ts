/** The age of an event, by which "Newest" sorts. */
import type { Signal } from "#/api/nouns";
import { en } from "#/i18n/en";
import { ago } from "#/lib/time";

/** Formats the age of the event; of an undated one, when it was seen. */
export function eventAge({ undated, start }: Pick<Signal, "undated" | "start">, on: string): string {
  const age = ago(start, on);
  return undated === true ? en.signal.seen(age) : age;
}
