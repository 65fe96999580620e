/** Search parameters as strings. The router parses "45" as a number and "true" as a boolean. */

/**
 * Returns a parameter as it was in the address; undefined when it is empty or not a plain value.
 */
export function wordOf(raw: unknown): string | undefined {
  const isWord = typeof raw === "string" || typeof raw === "number" || typeof raw === "boolean";
  return isWord && raw !== "" ? String(raw) : undefined;
}
