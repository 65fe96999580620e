// Many tabs of one browser: they share one live stream, and a login belongs to all of them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, search, tile, until, wall } from "./browser.mjs";
import { start } from "./fake/server.mjs";

/** More than the six connections that a browser opens to a host. */
const TABS = 8;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const isLive = (page) => until(page, () => document.querySelector('[data-testid="live"]')?.textContent.includes("Live"));

test("eight tabs load, share a stream, and go on when some are closed", async () => {
  const site = await start();
  try {
    const first = await open(browser);
    const context = first.context();
    const tabs = [first];
    await wall(first, site.url);
    while (tabs.length < TABS) {
      const page = await context.newPage();
      tabs.push(page);
      await wall(page, site.url);
    }
    for (const page of tabs) await isLive(page);
    assert.equal(site.api.stream.clients.size, 1, "one stream");
    site.api.arrive(1);
    for (const page of tabs) await page.getByText("1 new").waitFor();

    // The tab that opened the stream is closed, and another that was opened later.
    await tabs.shift().close();
    await tabs.pop().close();
    site.api.arrive(1);
    for (const page of tabs) await page.getByText("2 new").waitFor();
    assert.equal(site.api.stream.clients.size, 1);

    // A tab that is opened later misses nothing, and a broken stream resumes for all.
    const late = await context.newPage();
    await wall(late, site.url);
    site.api.stream.cut();
    site.api.arrive(1);
    for (const page of tabs) await page.getByText("3 new").waitFor();
    await late.getByText("1 new").waitFor();
    assert.equal(site.api.stream.clients.size, 1);
    assert.deepEqual(first.wrong, []);
    await context.close();
  } finally {
    site.close();
  }
});

test("a login never leads to another site, and not to itself", async () => {
  const site = await start({ token: "lq_right" });
  const page = await open(browser);
  try {
    for (const next of ["https://evil.example/", "//evil.example/", "/\\evil.example", "/.//evil.example", "/login"]) {
      await page.goto(`${site.url}/login?next=${encodeURIComponent(next)}`);
      await page.getByLabel("Token").fill("lq_right");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForSelector(tile);
      assert.equal(new URL(page.url()).origin, site.url, next);
      assert.equal(new URL(page.url()).pathname, "/", next);
    }
    await page.goto(`${site.url}/login?next=${encodeURIComponent("/?sort=score")}`);
    await page.getByLabel("Token").fill("lq_right");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForSelector(tile);
    assert.equal(search(page).get("sort"), "score");
    assert.deepEqual(page.wrong, []);
  } finally {
    await page.context().close();
    site.close();
  }
});

test("a session that ends in an open tab leads to the login and back", async () => {
  const site = await start({ token: "lq_right" });
  const page = await open(browser);
  try {
    await page.goto(`${site.url}/?sort=score`);
    await page.getByLabel("Token").fill("lq_right");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForSelector(tile);
    await isLive(page);
    // The server ends the stream and knows the session no longer.
    site.api.token = "lq_other";
    site.api.stream.cut();
    await page.waitForURL("**/login**");
    await page.getByLabel("Token").fill("lq_other");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForSelector(tile);
    assert.equal(search(page).get("sort"), "score");
    await isLive(page);
    site.api.arrive(1);
    await page.getByText("1 new").waitFor();
  } finally {
    await page.context().close();
    site.close();
  }
});
