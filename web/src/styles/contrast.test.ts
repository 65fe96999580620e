/**
 * Checks that every text colour reaches 4.5:1 and every mark 3:1 on each allowed surface (WCAG
 * 2.2).
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

/** Reads the tokens of a theme: name to relative luminance. */
function luminances(theme: string): Map<string, number> {
  const block = new RegExp(`\\[data-theme="${theme}"\\][^{]*{([^}]*)}`).exec(css)?.[1] ?? "";
  const tokens = [...block.matchAll(/--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g)];
  const known = new Map(tokens.map(([, name, l, c, h]) => [name ?? "", luminance(Number(l), Number(c), Number(h))]));
  for (const [, name, same] of block.matchAll(/--([\w-]+): var\(--([\w-]+)\)/g)) known.set(name ?? "", known.get(same ?? "") ?? 0);
  return known;
}

/** Converts OKLCH to linear sRGB, and that to luminance. */
function luminance(lightness: number, chroma: number, hue: number): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const rgb = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((part) => Math.min(Math.max(part, 0), 1));
  return 0.2126 * (rgb[0] ?? 0) + 0.7152 * (rgb[1] ?? 0) + 0.0722 * (rgb[2] ?? 0);
}

const surfaces = ["canvas", "surface", "raised", "accent-soft"];
const texts = ["ink", "muted", "accent", "hot", "warm", "cool", "cold", "good", "bad"];
const marks = ["fit", "intent", "timing", "hot-mark", "warm-mark", "cool-mark", "cold-mark"];
const markSurfaces = ["canvas", "surface", "raised"];
const pairs: [string, string, number][] = [
  ...texts.flatMap((text) => surfaces.map((on): [string, string, number] => [text, on, 4.5])),
  ...marks.flatMap((mark) => markSurfaces.map((on): [string, string, number] => [mark, on, 3])),
  ["edge", "surface", 3],
  ["edge", "canvas", 3],
  ["accent-ink", "accent", 4.5],
  ["ink", "mark", 4.5],
];

describe.each(["dark", "light"])("%s", (theme) => {
  const tokens = luminances(theme);
  test.each(pairs)("%s on %s reaches %d:1", (over, under, least) => {
    const [one, other] = [tokens.get(over), tokens.get(under)];
    if (one === undefined || other === undefined) throw new Error(`${over} or ${under} is no token`);
    expect((Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)).toBeGreaterThanOrEqual(least);
  });
});
