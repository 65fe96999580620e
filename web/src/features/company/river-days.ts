/** The river's events by kind and by day. */
import type { RiverEvent } from "#/api/nouns";

/** Kinds that are not the claim of a page. */
const OWN_KINDS = ["page", "signal", "score", "feedback"];

/** Returns the kinds that occur, leadq's own first, with their counts. */
export function kindsOf(river: RiverEvent[]): { kind: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { kind } of river) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const claims = [...counts.keys()].filter((kind) => !OWN_KINDS.includes(kind)).toSorted();
  return [...OWN_KINDS, ...claims].flatMap((kind) => {
    const count = counts.get(kind);
    return count === undefined ? [] : [{ kind, count }];
  });
}

/**
 * Returns the cause of an event as text: that of the entry it names, or its own if that adds
 * information.
 */
export function causeOf(event: RiverEvent, river: RiverEvent[]): string | null {
  const { cause, text } = event;
  const words = river.find(({ id }) => id === cause)?.text ?? cause;
  // An id without an entry is meaningless to a reader.
  const isWords = words !== null && /\s/.test(words.trim());
  return isWords && words !== text && !text.includes(words) ? words : null;
}

/** Groups the events of one kind, or of all, by the day on which they happened, newest first. */
export function daysOf(river: RiverEvent[], kind: string): { day: string; events: RiverEvent[] }[] {
  const days = new Map<string, RiverEvent[]>();
  for (const event of river) {
    if (kind !== "" && event.kind !== kind) continue;
    days.set(event.day, [...(days.get(event.day) ?? []), event]);
  }
  return [...days].map(([day, events]) => ({ day, events })).toSorted((left, right) => right.day.localeCompare(left.day));
}
