/**
 * Search parameters as strings, because the router parses "45" as a number and "true" as a boolean;
 * and the address after the login, which may come from anybody.
 */
import { shownText } from "./outside";

/**
 * Returns a parameter as it was in the address, without unsafe characters, because anybody can write
 * a link; undefined when it is empty or not a plain value.
 */
export function wordOf(raw: unknown): string | undefined {
  const isWord = typeof raw === "string" || typeof raw === "number" || typeof raw === "boolean";
  return isWord && raw !== "" ? shownText(String(raw), "") : undefined;
}

const LOGIN = /^\/login\/*$/i;

/**
 * Returns the address in this app to which a login leads, or that of the wall if the one in the
 * parameter is of another site, of the login itself, or not an address. `origin` is the app's.
 */
export function addressAfterLogin(raw: unknown, origin: string): string {
  if (typeof raw !== "string" || !/^\/(?![/\\])/.test(raw)) return "/";
  try {
    const url = new URL(raw, origin);
    // The parser drops line breaks and resolves dots, so that the result is checked too.
    const isOurs = url.origin === origin && !url.pathname.startsWith("//");
    if (!isOurs || LOGIN.test(decodeURIComponent(url.pathname))) return "/";
    return url.pathname + url.search + url.hash;
  } catch {
    return "/";
  }
}
