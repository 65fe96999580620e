/**
 * Text from outside: names, quotes, titles, causes. Every response of the API and every search
 * parameter passes through here before it is used, so nothing hides or reorders the text around it.
 */

/**
 * Control and format characters (bidirectional, zero-width), separators, lone surrogates and other
 * invisible characters, except line breaks, tabs, and selectors of a character's form.
 */
const UNSAFE = /(?![\n\t])(?![\uFE00-\uFE0F])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Returns the text with its unsafe characters replaced. */
export const shownText = (text: string, replacement = "\uFFFD"): string => text.replaceAll(UNSAFE, replacement);

/**
 * Returns a response with the texts in it cleaned. Addresses are kept as they are stored, because
 * another character would be another address; `linkable` and `hostOf` make them safe to show.
 */
export const cleaned = <Value>(response: Value): Value => clean(response, "") as Value;

function clean(value: unknown, name: string): unknown {
  if (typeof value === "string") return name === "url" ? value : shownText(value);
  if (Array.isArray(value)) return value.map((item) => clean(item, name));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([own, item]) => [shownText(own), clean(item, own)]));
}
