// The sources: sites and endpoints that fail stand first, with the reason. Always on the fake server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, until } from "./browser.mjs";
import { start } from "./fake/server.mjs";

const SITES = 10_000;

let browser;
let site;
before(async () => {
  site = await start({ sites: SITES });
  browser = await launch();
});
after(async () => {
  await browser.close();
  site.close();
});

const row = '[data-testid="site"]';
const endpoint = '[data-testid="endpoint"]';

test("sites that fail stand first and say why, are found by words, and only the visible ones are rendered", async () => {
  const page = await open(browser);
  await page.goto(site.url);
  const failing = site.api.sites.filter((one) => one.is_failing).length;
  await page.getByRole("link", { name: `Sources ${failing.toLocaleString("en")} fail` }).click();
  await page.waitForSelector(row);
  const worst = await page.locator(row).first().innerText();
  assert.match(worst, /Failing\n+(Could not be read|Not allowed|The page is gone): .+ · failed 6 times in a row\nhttps:/);
  assert.ok((await page.locator(row).count()) < 60);
  // The last one is reached by scrolling, and is the one that is not followed any more.
  for (let turn = 0; turn < 20 && !(await page.locator(row).last().innerText()).includes("Not followed any more"); turn += 1) {
    await page.evaluate(() => document.querySelector("main").scrollTo(0, 1e9));
    await page.waitForTimeout(50);
  }
  assert.match(await page.locator(row).last().innerText(), /Not followed any more/);

  await page.getByLabel("Filter by words").fill("ROBOTS.txt havnborg");
  await until(page, () => [...document.querySelectorAll('[data-testid="site"]')].every((one) => /havnborg.*robots\.txt/is.test(one.textContent)));
  await page.getByLabel("Filter by words").fill("no such words");
  await page.getByText("None matches these words.").first().waitFor();
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test("endpoints say the last error, and a disabled one is enabled again", async () => {
  const page = await open(browser, { size: [390, 844] });
  await page.goto(`${site.url}/sources`);
  await page.waitForSelector(endpoint);
  const [first, second] = await page.locator(endpoint).allInnerTexts();
  assert.match(first, /old\.example\n+Disabled\n+410 Gone/);
  assert.match(second, /10\.0\.0\.8\n+Failing\n+the address 10\.0\.0\.8 is private/);
  await page.getByRole("button", { name: "Enable again" }).click();
  await page.getByText("3 deliveries are sent again").waitFor();
  await until(page, () => !document.body.textContent.includes("410 Gone"));
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test("without sites and endpoints it says how to begin", async () => {
  const empty = await start({ sites: 0 });
  empty.api.endpoints = [];
  const page = await open(browser);
  try {
    await page.goto(`${empty.url}/sources`);
    await page.getByRole("heading", { name: "No site is followed yet" }).waitFor();
    await page.getByText("leadq watch acme.example globex.example").waitFor();
    await page.getByText("Signals are sent nowhere.").waitFor();
  } finally {
    await page.context().close();
    empty.close();
  }
});
