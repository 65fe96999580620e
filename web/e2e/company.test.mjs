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
  // Each line is rounded to a tenth, the score is rounded down to one.
  assert.ok(Math.abs(sum - score) <= 0.05 * lines.length + 0.11, `${sum} is not ${score}`);
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

test("a snoozed lead says when it comes back, and the verdict can be taken back", async () => {
  await wall(page, site.url, "?sort=score");
  await page.keyboard.press("j");
  await page.keyboard.press("s");
  await page.getByRole("heading", { name: "Why snooze it?" }).waitFor();
  await page.keyboard.press("2");
  await page.getByText("Snoozed for 30 days").first().waitFor();
  await page.keyboard.press("Enter");
  const settled = page.locator('[data-testid="settled"]');
  await settled.waitFor();
  assert.match(await settled.innerText(), /Snoozed until \d+ \w+ \d{4}\. It comes back then\. Reason: Asked to call later/);
  await settled.getByRole("button", { name: "Take back" }).click();
  await settled.waitFor({ state: "detached" });
  await page.getByText("Taken back").waitFor();
  await page.goBack();
  await page.waitForSelector(tile);
  assert.equal(await page.locator(tile).getByText("Snoozed for 30 days").count(), 0);
  // By a press, and undone in the message.
  await page.locator(tile).first().hover();
  await page.locator(tile).first().getByRole("button", { name: "Snooze (s)" }).click();
  await page.getByRole("button", { name: "No time now" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Taken back").first().waitFor();
  await until(page, () => !document.querySelector('[data-testid="tile"]').textContent.includes("Snoozed"));
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

test("text from outside neither reorders the page nor leads back to it", async () => {
  const hostile = await start();
  try {
    const [one] = hostile.api.signals.values();
    one.company.name = "\u202Egpj.\u2066Brightwater\u200B";
    one.evidence = [{ ...one.evidence[0], url: "http:evil.example/x", quote: "\u202Etfel ot thgir" }, { ...one.evidence[0], look: "2", url: "https://bank.example@evil.example/" }];
    await page.goto(`${hostile.url}/?evidence=${one.id}`);
    await page.waitForSelector('[data-testid="piece"]');
    const links = await page.locator('[data-testid="piece"] a').evaluateAll((all) => all.map((link) => [link.href, link.textContent]));
    assert.deepEqual(links, [["http://evil.example/x", "http://evil.example/x"], ["https://evil.example/", "https://evil.example/"]]);
    const text = await page.evaluate(() => document.documentElement.outerHTML);
    assert.doesNotMatch(text, /[\u200B-\u200F\u202A-\u202E\u2066-\u2069]/);
    const isolated = await page.locator("bdi", { hasText: "Brightwater" }).first().evaluate((name) => getComputedStyle(name).unicodeBidi);
    assert.equal(isolated, "isolate");
  } finally {
    hostile.close();
  }
});
