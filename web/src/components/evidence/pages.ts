/** The pieces of evidence by page: one text with all its quotes marked. */
import type { EvidenceInText } from "#/api/nouns";

/** A part of a stored text: quoted, or around a quote. */
export interface Part {
  text: string;
  quoted: boolean;
}

/** A page as it was read once, with its quotes. */
export interface EvidencePage {
  /** The first of its pieces, which all share everything but the quote. */
  first: EvidenceInText;
  /** Its texts around the quotes; a gap lies between two of them. */
  texts: Part[][];
}

interface Range {
  start: number;
  end: number;
}

/** A part of the stored text as bytes, because spans count bytes. */
interface Window {
  start: number;
  bytes: Uint8Array;
  quotes: Range[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Groups pieces of the same stored text, in the order of their first piece. */
export function pagesOf(pieces: EvidenceInText[]): EvidencePage[] {
  const pages = new Map<string, EvidenceInText[]>();
  for (const piece of pieces) {
    const key = `${piece.url} ${piece.text_hash} ${piece.fate}`;
    pages.set(key, [...(pages.get(key) ?? []), piece]);
  }
  return [...pages.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ first, texts: windowsOf(same).map(partsOf) }];
  });
}

function windowOf({ before, quote, after, span }: EvidenceInText): Window {
  const [left, middle, right] = [before, quote, after].map((text) => encoder.encode(text));
  const bytes = new Uint8Array([...(left ?? []), ...(middle ?? []), ...(right ?? [])]);
  const start = span.start - (left?.length ?? 0);
  return { start, bytes, quotes: [{ start: span.start, end: span.start + (middle?.length ?? 0) }] };
}

/** Joins the texts that overlap or touch. */
function windowsOf(pieces: EvidenceInText[]): Window[] {
  const joined: Window[] = [];
  for (const next of pieces.map(windowOf).toSorted((left, right) => left.start - right.start)) {
    const last = joined.at(-1);
    const overlap = last === undefined ? -1 : last.start + last.bytes.length - next.start;
    if (last === undefined || overlap < 0) {
      joined.push(next);
      continue;
    }
    last.bytes = new Uint8Array([...last.bytes, ...next.bytes.slice(overlap)]);
    last.quotes.push(...next.quotes);
  }
  return joined;
}

function partsOf({ start, bytes, quotes }: Window): Part[] {
  const parts: Part[] = [];
  const add = (from: number, to: number, quoted: boolean) => {
    if (to > from) parts.push({ text: decoder.decode(bytes.slice(from - start, to - start)), quoted });
  };
  let at = start;
  for (const quote of quotes.toSorted((left, right) => left.start - right.start)) {
    add(at, quote.start, false);
    add(Math.max(at, quote.start), quote.end, true);
    at = Math.max(at, quote.end);
  }
  add(at, start + bytes.length, false);
  return parts;
}
