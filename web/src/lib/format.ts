/** Numbers, names and addresses formatted for display. */
import { shownText } from "./outside";

/**
 * Formats points without needless decimals: 78.4 and 80. Rounds down, so that a number that is shown
 * is never that of a higher band.
 */
export function points(value: number): string {
  const tenths = Math.floor(value * 10 + 1e-6) / 10;
  return oneDecimal(tenths);
}

const oneDecimal = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 1 });

/** Formats points with their sign: "+12.5", "−3", "0". */
export function signed(value: number): string {
  const words = oneDecimal(Math.abs(value));
  if (words === "0") return words;
  return value > 0 ? `+${words}` : `−${words}`;
}

/**
 * Formats a fraction as a whole percentage. Rounds down like points, so that "Possible" never stands
 * beside a number of "Likely".
 */
export const percent = (fraction: number): string => `${Math.floor(fraction * 100 + 1e-6)} %`;

/** Returns the level of confidence, from 1 (uncertain) to 4 (very likely). */
export function sureness(confidence: number): 1 | 2 | 3 | 4 {
  if (confidence >= 0.9) return 4;
  if (confidence >= 0.75) return 3;
  return confidence >= 0.5 ? 2 : 1;
}

/** Returns one or two initials of a company. */
export function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const [first, second] = words;
  if (first === undefined) return "?";
  const letters = second === undefined ? [...first].slice(0, 2) : [[...first][0], [...second][0]];
  return letters.join("").toUpperCase();
}

/** Returns a hue from 0 to 359 that is always the same for a name. */
export function hueOf(name: string): number {
  let sum = 7;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 3600;
  return sum % 360;
}

/** Returns the host of an address in ASCII, without www; the address as text when it has none. */
export function hostOf(url: string): string {
  const host = URL.canParse(url) ? new URL(url).hostname : "";
  return host === "" ? shownText(url) : host.replace(/^www\./, "");
}

/**
 * Returns an address as it may be linked and shown: absolute, with its host in ASCII, and without
 * credentials, which could be taken for the host. Null for anything but http and https.
 */
export function linkable(url: string): string | null {
  // Without a base, so that "http:elsewhere.example" is never relative to this page.
  if (!URL.canParse(url)) return null;
  const address = new URL(url);
  if (!["http:", "https:"].includes(address.protocol)) return null;
  address.username = "";
  address.password = "";
  return address.href;
}

/** Shortens a digest to fit in a line. */
export function shortHash(hash: string): string {
  const digits = hash.slice(hash.indexOf(":") + 1);
  return digits.length <= 14 ? digits : `${digits.slice(0, 8)}…${digits.slice(-4)}`;
}

const regions = new Intl.DisplayNames("en", { type: "region" });

/** Returns a country's name from its two letters; the word itself if they are not a country. */
export function countryName(code: string): string {
  if (code === "unknown") return "Unknown";
  return /^[A-Z]{2}$/.test(code) ? (regions.of(code) ?? code) : code;
}

/** Formats "hiring_spike" as "Hiring spike". */
export function sentence(word: string): string {
  const spaced = word.replaceAll(/[_-]+/g, " ").trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

export type BandName = "hot" | "warm" | "cool" | "cold";

/** Returns a band that has a colour; any other text ("not enough evidence") counts as cold. */
export function bandName(band: string): BandName {
  return band === "hot" || band === "warm" || band === "cool" ? band : "cold";
}
