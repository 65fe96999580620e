/** Days and instants as text. In the demo the clock is simulated, so ages are relative to `on`. */

const DAY_MS = 86_400_000;
const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const instantFormat = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
  timeZoneName: "short",
});

/** Returns the day of an instant, in UTC; a day is returned unchanged. */
export const dayOf = (instant: string): string => instant.slice(0, 10);

/** Returns the whole days from one day to another; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(dayOf(to)) - Date.parse(dayOf(from))) / DAY_MS);
}

/** "24 Nov 2026". */
export function longDay(day: string): string {
  const at = Date.parse(dayOf(day));
  return Number.isNaN(at) ? day : dayFormat.format(at);
}

/** "24 Nov". */
export function shortDay(day: string): string {
  return longDay(day).replace(/ \d{4}$/, "");
}

/** "24 Nov 2026, 16:40 UTC". */
export function longInstant(instant: string): string {
  const at = Date.parse(instant);
  return Number.isNaN(at) ? instant : instantFormat.format(at);
}

/** Formats a number of days, short: "3 d", "5 w", "4 mo", "2 y". */
function shortDays(days: number): string {
  if (days < 14) return `${days} d`;
  if (days < 70) return `${Math.round(days / 7)} w`;
  if (days < 700) return `${Math.round(days / 30.4)} mo`;
  return `${Math.round(days / 365)} y`;
}

/**
 * Formats the age of an instant on the server's day `on`, short. Minutes and hours are given only
 * if `on` is today, because a simulated day has no time of day.
 */
export function shortAge(instant: string, on: string, now = new Date()): string {
  const minutes = Math.floor((now.getTime() - Date.parse(instant)) / 60_000);
  const isToday = on === now.toISOString().slice(0, 10);
  if (isToday && instant.length > 10 && minutes >= -5 && minutes < 24 * 60) {
    if (minutes < 1) return "now";
    return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
  }
  const days = daysBetween(instant, on);
  return days <= 0 ? "today" : shortDays(days);
}

/** Formats the age for a sentence: "3 d ago", "today", "just now". */
export function ago(instant: string, on: string, now = new Date()): string {
  const age = shortAge(instant, on, now);
  if (age === "now") return "just now";
  return age === "today" ? age : `${age} ago`;
}

/** "in 3 d", "today", "3 d ago". */
export function inDays(day: string, on: string): string {
  const days = daysBetween(on, day);
  if (days === 0) return "today";
  return days > 0 ? `in ${shortDays(days)}` : `${shortDays(-days)} ago`;
}

/** Formats milliseconds: "80 ms", "1.2 s", "2 min 10 s". */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}
