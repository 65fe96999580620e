// Checks with axe that no screen has serious findings, in both themes and at phone size.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { launch, open, server, tile } from "./browser.mjs";

const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
let browser;
let site;
let company;
let signal;
before(async () => {
  site = await server();
  browser = await launch();
  const first = await (await fetch(`${site.url}/api/v1/signals/search?limit=1`)).json();
  signal = first.items[0].id;
  company = first.items[0].company.id;
});
after(async () => {
  await browser.close();
  site.close();
});

const dialog = "[data-modal]";
const screens = [
  ["wall", () => "/", tile],
  ["table", () => "/?view=table&score=20", tile],
  ["no answer", () => "/?q=zzqxv&score=70", '[data-testid="empty"]'],
  ["drawer", () => `/?evidence=${signal}`, '[data-testid="piece"]'],
  ["refused", () => "/?kind=moon_landing&score=20", '[data-testid="refused"]'],
  ["sources", () => "/sources", '[data-testid="site"]'],
  ["company", () => `/companies/${company}`, '[data-testid="river-event"]'],
  ["login", () => "/login", "form"],
  ["nothing here", () => "/no/such/page", "h1"],
  ["keys", () => "/", tile, ["j", "?"], `${dialog} kbd`],
  ["reason", () => "/", tile, ["j", "n"], `${dialog} ol`],
  ["snooze", () => "/", tile, ["j", "s"], `${dialog} ol`],
];

for (const theme of ["dark", "light"]) {
  for (const size of [[1440, 900], [390, 844]]) {
    test(`${theme}, ${size[0]} pixels wide`, async () => {
      const page = await open(browser, { theme, size });
      for (const [name, address, ready, keys = [], then] of screens) {
        await page.goto(site.url + address());
        await page.waitForSelector(ready);
        for (const key of keys) await page.keyboard.press(key);
        if (then) await page.waitForSelector(then);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
        const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        const words = serious.flatMap(({ id, nodes }) => nodes.slice(0, 4).map((node) => `${id}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`));
        assert.deepEqual(words, [], `${name} in ${theme}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wide <= 0, `${name} is ${wide} pixels wider than the screen`);
      }
      assert.deepEqual(page.wrong, []);
      await page.context().close();
    });
  }
}
