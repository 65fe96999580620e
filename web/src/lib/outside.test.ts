import { expect, test } from "vitest";
import { wordOf } from "./address";
import { hostOf, linkable } from "./format";
import { cleaned, shownText } from "./outside";

const hostile = "a\u202Egpj\u2066\u200F\u061C\u200B\uFEFF\u00AD\u3164\u0000\u001B\u007F\u009B\u2028\uD800\u{E0041}b";

test("what hides or reorders text is replaced, other text is not", () => {
  expect(shownText(hostile)).toMatch(/^a\uFFFDgpj\uFFFD+b$/u);
  for (const text of ["Größe 10\u00A0%", "שלום", "e\u0301", "❤\uFE0F", "東京", "line\n\tnext", "👍🏽"]) expect(shownText(text)).toBe(text);
});

test("a response is cleaned to its last text, except for addresses", () => {
  const response = { name: hostile, list: [hostile, { [hostile]: hostile }], url: hostile, score: 1, none: null, yes: true };
  const clean = cleaned(response);
  expect(clean.url).toBe(hostile);
  expect(JSON.stringify({ ...clean, url: "" })).not.toMatch(/[\u202E\u2066\u200F\u200B\u007F\u2028]|\\u001b/u);
  expect(clean).toMatchObject({ score: 1, none: null, yes: true });
  expect(wordOf(hostile)).toBe("agpjb");
});

test("an address is a link only to the place that it shows", () => {
  const cases: [string, string | null, string][] = [
    ["https://a.example/x?y#z", "https://a.example/x?y#z", "a.example"],
    ["http:evil.example/x", "http://evil.example/x", "evil.example"],
    ["http:/evil.example/x", "http://evil.example/x", "evil.example"],
    ["https:\\\\evil.example\\x", "https://evil.example/x", "evil.example"],
    ["https://bank.example@evil.example/", "https://evil.example/", "evil.example"],
    ["https://bank.example:x@evil.example/", "https://evil.example/", "evil.example"],
    ["https://аcme.example/", "https://xn--cme-5cd.example/", "xn--cme-5cd.example"],
    ["https://a.example/\u202Efdp", "https://a.example/%E2%80%AEfdp", "a.example"],
    ["javascript:alert(1)\u202E", null, "javascript:alert(1)\uFFFD"],
    ["//evil.example/x", null, "//evil.example/x"],
    ["/x", null, "/x"],
    ["evil.example", null, "evil.example"],
    ["http://", null, "http://"],
    ["", null, ""],
  ];
  for (const [url, link, host] of cases) expect([linkable(url), hostOf(url)]).toEqual([link, host]);
});

/** The sources of the app, without the tests. */
const sources = Object.entries(import.meta.glob<string>("../**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true })).filter(
  ([name]) => !name.endsWith(".test.ts") && !name.endsWith(".d.ts"),
);

/** Returns the lines that match, without those that match `allowed`. */
const lines = (pattern: RegExp, allowed: RegExp): string[] =>
  sources.flatMap(([name, text]) => text.split("\n").filter((line) => pattern.test(line) && !allowed.test(line)).map((line) => `${name}: ${line.trim()}`));

test("no text gets around the cleaning", () => {
  expect(sources.length).toBeGreaterThan(50);
  expect(lines(/JSON\.parse\(|\.json\(\)|\bfetch\(/, /cleaned\(JSON\.parse\(/)).toEqual([]);
  expect(lines(/innerHTML|insertAdjacentHTML|document\.write|dangerously/i, /^$/)).toEqual([]);
});

test("every link is one of our own, or was made by linkable", () => {
  expect(lines(/\b(?:href|src|action)=/, /href=\{(?:link|site|back)\}|href="#content"/)).toEqual([]);
  expect(lines(/window\.open|location\.(?:href|assign|replace)\b/, /^$/)).toEqual([]);
});

test("text from outside shares no line with other text, unless it is isolated", () => {
  const field = /\$\{(?!en\.)[^}]*\.(?:name|title|explanation|domain|country|industry|cause|quote|reason|detail|by)\}/;
  // An attribute is not shown, and an address is not text.
  const mixed = lines(field, /aria-label=|key=|linkable\(/).filter((line) => line.includes(".tsx: "));
  expect(mixed).toEqual([]);
});
