/** The words of an address's search part. The router reads "45" as a number and "true" as a truth. */

/** A word as it stood in the address; nothing when it is empty or no word. */
export function wordOf(raw: unknown): string | undefined {
  const isWord = typeof raw === "string" || typeof raw === "number" || typeof raw === "boolean";
  return isWord && raw !== "" ? String(raw) : undefined;
}
