// The company page, navigation to and from it, signing in, and unknown addresses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { search, tile, until, wall } from "./browser.mjs";
import { page, pageForEachTest, site } from "./each-test.mjs";
import { start } from "./fake/server.mjs";

pageForEachTest();

const points = (text) => Number(text.trim().split(/\s+/).at(-1).replace("−", "-"));

test("reasons add up to the score, and one with a signal opens its evidence", async () => {
  await wall(page, site.url, "?sort=score");
  await page.locator(`${tile} a`).first().click();
  await page.waitForSelector('[data-testid="waterfall"]');
  const lines = await page.locator('[data-testid="waterfall"] li').allInnerTexts();
  const score = points(await page.locator('[data-testid="waterfall"] > div').innerText());
  const sum = lines.reduce((all, line) => all + points(line), 0);
  // Each line is rounded to a tenth.
  assert.ok(Math.abs(sum - score) <= 0.06 * (lines.length + 1), `${sum} is not ${score}`);
  await page.locator('[data-testid="reason"]').first().click();
  await page.waitForSelector('[data-testid="piece"]');
  assert.ok(search(page).get("evidence"));
  await page.keyboard.press("Escape");
  await page.waitForSelector('[data-testid="piece"]', { state: "detached" });
  await page.getByRole("link", { name: "Signals", exact: true }).click();
  await page.waitForSelector(tile);
  assert.equal(search(page).get("sort"), "score", "the wall is as it was left");
});

test("the river shows one kind when asked", async () => {
  await wall(page, site.url, "?sort=score");
  await page.locator(`${tile} a`).first().click();
  await page.waitForSelector('[data-testid="river-event"]');
  const kind = page.locator('[data-testid="river-kind"]').nth(1);
  await kind.click();
  const many = Number((await kind.innerText()).replaceAll(/\D/g, ""));
  await until(page, (expected) => document.querySelectorAll('[data-testid="river-event"]').length === expected, many);
});

test("an unknown company and an unknown address say what to do", async () => {
  for (const path of ["/companies/nobody", "/no/such/page"]) {
    await page.goto(site.url + path);
    await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
  }
  await page.getByRole("link", { name: "Go to the signals" }).click();
  await page.waitForSelector(tile);
});

test("a server that wants a token gets it once, and the reader gets where they wanted", async () => {
  const closed = await start({ token: "lq_right" });
  try {
    await page.goto(`${closed.url}/?sort=score`);
    await page.waitForURL("**/login**");
    await page.getByLabel("Token").fill("lq_wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("This token is not known").waitFor();
    await page.getByLabel("Token").fill("lq_right");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForSelector(tile);
    assert.equal(search(page).get("sort"), "score");
    await until(page, () => document.querySelector('[data-testid="live"]')?.textContent.includes("Live"));
  } finally {
    closed.close();
  }
});
