/** The river's events by kind and by day. */
import type { RiverEvent } from "#/api/nouns";

/** Kinds that are not the claim of a page. */
const OWN_KINDS = ["page", "signal", "score", "feedback"];

/** Returns the kinds that occur, leadq's own first, with the counts of their lines. */
export function kindsOf(river: RiverEvent[]): { kind: string; count: number }[] {
  const kinds = new Set(river.map(({ kind }) => kind));
  const claims = [...kinds].filter((kind) => !OWN_KINDS.includes(kind)).toSorted();
  const present = OWN_KINDS.filter((kind) => kinds.has(kind));
  return [...present, ...claims].map((kind) => ({ kind, count: countOf(river, kind) }));
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

/** Kinds that are shown only when asked for: they say what a page is made of. */
const TECHNICAL = new Set(["tech_trace", "profile"]);

/** An event, and how often the same was seen on its day. */
export interface FoldedEvent extends RiverEvent {
  times: number;
}

/** Counts the lines that are shown for a kind, or while none is chosen. */
export function countOf(river: RiverEvent[], kind: string): number {
  return daysOf(river, kind).reduce((sum, { events }) => sum + events.length, 0);
}

/**
 * Groups the events of one kind by the day on which they happened, newest first; without a kind all
 * but the technical ones. What is said again on the same day is folded into the first.
 */
export function daysOf(river: RiverEvent[], kind: string): { day: string; events: FoldedEvent[] }[] {
  const days = new Map<string, Map<string, FoldedEvent>>();
  for (const event of river) {
    if (kind === "" ? TECHNICAL.has(event.kind) : event.kind !== kind) continue;
    const day = days.get(event.day) ?? new Map<string, FoldedEvent>();
    days.set(event.day, day);
    // The changes of a score add up, so each is shown.
    const key = event.kind === "score" || event.kind === "feedback" ? event.id : `${event.kind} ${event.text}`;
    const folded = day.get(key);
    if (folded === undefined) day.set(key, { ...event, times: 1 });
    else folded.times += 1;
  }
  return [...days].map(([day, events]) => ({ day, events: [...events.values()] })).toSorted((left, right) => right.day.localeCompare(left.day));
}
