import { expect, test } from "vitest";
import type { EvidenceInText } from "#/api/nouns";
import { pagesOf } from "./pages";

const text = "Über Köln: wir suchen Bäcker und Köche. Wir bauen ein Werk in Graz.";
const bytesOf = (words: string) => new TextEncoder().encode(words).length;

/** Cuts a piece with some letters around its quote. */
function piece(quote: string, around: number, page = "a"): EvidenceInText {
  const at = text.indexOf(quote);
  const before = text.slice(Math.max(0, at - around), at);
  const after = text.slice(at + quote.length, at + quote.length + around);
  const start = bytesOf(text.slice(0, at));
  return { url: page, text_hash: page, fate: "verified", before, quote, after, span: { start, end: start + bytesOf(quote) } } as EvidenceInText;
}

const shown = (pieces: EvidenceInText[]) => pagesOf(pieces).map(({ texts }) => texts.map((parts) => parts.map(({ text: own, quoted }) => (quoted ? `[${own}]` : own)).join("")));

test("a page is one card with all its quotes", () => {
  expect(shown([piece("Köche", 100), piece("Bäcker", 100)])).toEqual([["Über Köln: wir suchen [Bäcker] und [Köche]. Wir bauen ein Werk in Graz."]]);
  expect(shown([piece("Köln", 3), piece("Graz", 3)])).toEqual([["er [Köln]: w", "in [Graz]."]]);
});

test("other pages and other versions have cards of their own", () => {
  expect(shown([piece("Köln", 1), piece("Köln", 1, "b")])).toHaveLength(2);
});

test("quotes inside of each other are marked once", () => {
  expect(shown([piece("Bäcker und Köche", 1), piece("Köche", 1)])).toEqual([[" [Bäcker und Köche]."]]);
});
