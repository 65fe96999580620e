// Long names and addresses, and large text: nothing runs over, and icons grow with the text. Always
// on the fake server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, tile } from "./browser.mjs";
import { start } from "./fake/server.mjs";

const NAMES = [
  "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft",
  "Vereinigte Nordwestdeutsche Gesellschaft für Automatisierung und Fördertechnik KG",
  "北浜精密機械工業株式会社北浜精密機械工業株式会社北浜精密機械工業株式会社北浜精密機械工業株式会社",
  "Ελληνική-Εταιρεία-Βιομηχανικών-Αυτοματισμών-και-Τεχνολογίας-της-Θεσσαλονίκης-Α.Ε.",
];

let browser;
let site;
let signal;
before(async () => {
  site = await start({ signals: 40 });
  [signal] = site.api.signals.values();
  [...site.api.signals.values()].forEach((one, at) => {
    one.company.name = NAMES[at % NAMES.length];
    one.company.domain = `${"sehr-langer-name-".repeat(3)}gmbh.example`;
    one.explanation = `${one.explanation} `.repeat(4) + "Fördertechnik".repeat(9);
    one.evidence.forEach((piece) => Object.assign(piece, { url: `https://www.acme.example/${"a-part-of-an-address-".repeat(14)}?id=${"9".repeat(30)}`, quote: "Quote ".repeat(200) + "q".repeat(200) }));
  });
  site.api.sites.forEach((one, at) => {
    one.domain = `${"sehr-langer-name-".repeat(3)}${at}.example`;
    one.last_failure = { at: "2026-11-23T05:00:00Z", outcome: "could_not_look", url: `https://acme.example/${"x".repeat(290)}`, why: "why".repeat(60), failures: 2 };
  });
  browser = await launch();
});
after(async () => {
  await browser.close();
  site.close();
});

const screens = [
  ["wall", () => "/", tile],
  ["filtered", () => `/?q=${"word".repeat(40)}`, '[data-testid="empty"]'],
  ["company", () => `/companies/${signal.company.id}`, '[data-testid="waterfall"]'],
  ["drawer", () => `/?evidence=${signal.id}`, '[data-testid="piece"]'],
  ["snooze", () => "/", tile, ["j", "s"]],
  ["help", () => "/", tile, ["?"]],
  ["sources", () => "/sources", '[data-testid="site"]'],
];

/** Sets the size of all text before the app starts. */
const enlarge = (page, percent) =>
  page.addInitScript((size) => addEventListener("DOMContentLoaded", () => (document.documentElement.style.fontSize = `${size}%`)), percent);

/** Returns what lies beyond the edges of the screen, and tiles whose content is higher than they are. */
const beyond = (page) =>
  page.evaluate(() => {
    // What an ellipsis cuts is shown by a tap; what is cut without one is not.
    const all = [...document.querySelectorAll("body *")].filter((one) => !one.parentElement.closest(".sr-only, .truncate"));
    const outside = all.filter((one) => {
      const { left, right, width } = one.getBoundingClientRect();
      return width > 0 && (right > innerWidth + 1 || left < -1);
    });
    const cut = [...document.querySelectorAll('[data-testid="tile"]')].filter((one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1);
    return [...outside, ...cut].slice(0, 4).map((one) => `${one.tagName} ${one.className.baseVal ?? one.className}: ${one.textContent.slice(0, 40)}`);
  });

for (const [width, height, percent] of [[390, 844, 100], [1440, 900, 100], [1440, 900, 200], [390, 844, 200]]) {
  test(`long names and addresses stay within ${width} pixels at ${percent} %`, async () => {
    const page = await open(browser, { size: [width, height] });
    if (percent !== 100) await enlarge(page, percent);
    for (const [name, address, ready, keys = []] of screens) {
      await page.goto(site.url + address());
      await page.waitForSelector(ready);
      for (const key of keys) await page.keyboard.press(key);
      if (keys.length > 0) await page.waitForSelector("[data-modal]");
      assert.deepEqual(await beyond(page), [], name);
    }
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  });
}

test("every icon is twice as large with text of 200 %", async () => {
  const widths = async (percent) => {
    const page = await open(browser);
    await enlarge(page, percent);
    const found = {};
    for (const [name, address, ready, keys = []] of screens) {
      await page.goto(site.url + address());
      await page.waitForSelector(ready);
      for (const key of keys) await page.keyboard.press(key);
      if (keys.length > 0) await page.waitForSelector("[data-modal]");
      // One of a kind is enough, because larger text shows fewer rows. Bars of a share fill their column.
      const icons = await page.locator("svg:visible").evaluateAll((all) =>
        all.filter((one) => one.getAttribute("width") !== "100%").map((one) => [one.innerHTML.replaceAll(/[\d.]+|var\(--[\w-]+\)|unsure|hot|warm|cool|cold/g, "#"), Math.round(one.getBoundingClientRect().width * 10) / 10]),
      );
      for (const [drawing, size] of icons) found[`${name} ${drawing}`] ??= size;
    }
    await page.context().close();
    return found;
  };
  const [usual, large] = [await widths(100), await widths(200)];
  const both = Object.keys(usual).filter((icon) => icon in large);
  assert.ok(both.length > 25, `${both.length} icons`);
  const wrong = both.filter((icon) => Math.abs(large[icon] - 2 * usual[icon]) > 0.3).map((icon) => `${icon}: ${usual[icon]} ${large[icon]}`);
  assert.deepEqual(wrong, []);
});

test("the evidence has room beside a long name in large text", async () => {
  const page = await open(browser, { size: [390, 844] });
  await enlarge(page, 200);
  await page.goto(`${site.url}/?evidence=${signal.id}`);
  await page.waitForSelector('[data-testid="piece"]');
  const quote = page.locator('[data-testid="quote"]').first();
  await quote.scrollIntoViewIfNeeded();
  const { height } = await page.locator("[data-modal] ol").evaluate((one) => one.parentElement.getBoundingClientRect());
  assert.ok(height >= 300, `${height} pixels`);
  await page.getByRole("button", { name: "Snooze" }).scrollIntoViewIfNeeded();
  await page.context().close();
});

test("a tap shows what is cut and leads nowhere", async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(`${site.url}/companies/${signal.company.id}`);
  await page.getByRole("heading", { name: signal.company.name }).waitFor();
  await page.goto(site.url);
  const kind = page.locator(`${tile} p[data-cut]`).filter({ hasText: "until" }).first();
  await kind.evaluate((one) => (one.style.width = "4rem"));
  await kind.tap();
  assert.equal(await page.locator("[role=tooltip]").textContent(), await kind.textContent());
  await context.close();
});
