// The Signals Wall: filters in the address, keys, evidence, outcomes, and live updates.
import assert from "node:assert/strict";
import { test } from "node:test";
import { chosen, search, tile, until, wall } from "./browser.mjs";
import { page, pageForEachTest, site } from "./each-test.mjs";

pageForEachTest();

const testid = (name) => `[data-testid="${name}"]`;
const total = async () => Number((await page.textContent(testid("total"))).replaceAll(/\D/g, ""));

test("shows signals with company, claim, score, confidence and evidence", async () => {
  await wall(page, site.url);
  const first = page.locator(tile).first();
  assert.match(await first.innerText(), /\d+ %/);
  assert.match(await first.locator('svg[role="img"]').first().getAttribute("aria-label"), /Score \d/);
  assert.ok((await first.locator(testid("chip")).count()) >= 1);
  await until(page, () => document.querySelector('[data-testid="live"]')?.textContent.includes("Live"));
});

/**
 * Checks whether the page shows as many signals as the count beside the ticked filters, or beside
 * all filters if none is ticked.
 */
const agrees = () => {
  const number = (node) => Number(node.textContent.replaceAll(/\D/g, ""));
  const kinds = [...document.querySelector("aside fieldset").querySelectorAll("label")];
  const ticked = kinds.filter((kind) => kind.querySelector("input").checked);
  const counted = (ticked.length > 0 ? ticked : kinds).map((kind) => number([...kind.querySelectorAll("span")].at(-1)));
  return number(document.querySelector('[data-testid="total"]')) === counted.reduce((sum, one) => sum + one, 0);
};

test("filters narrow the list, stand in the address and come off again", async () => {
  // A real server may find more signals meanwhile.
  const same = (now, before) => assert.ok(site.api ? now === before : now >= before, `${now} signals, ${before} before`);
  await wall(page, site.url);
  const all = await total();
  const facet = page.locator("aside label").first();
  const count = Number((await facet.locator("span").last().textContent()).replaceAll(/\D/g, ""));
  await facet.locator("input").check();
  await page.locator(testid("filter")).waitFor();
  await until(page, agrees);
  same(await total(), count);
  assert.ok(search(page).get("kind"));
  await page.reload();
  await page.waitForSelector(tile);
  await until(page, agrees);
  same(await total(), count);
  await page.locator(testid("filter")).first().click();
  await page.locator(testid("filter")).waitFor({ state: "detached" });
  await until(page, agrees);
  same(await total(), all);
  assert.equal(search(page).get("kind"), null);
});

test("a least score holds for every signal, and after a reload", async () => {
  await wall(page, site.url);
  await page.getByRole("button", { name: "45+" }).click();
  await page.locator(testid("filter")).waitFor();
  await page.reload();
  await page.waitForSelector(tile);
  assert.equal(search(page).get("score"), "45");
  assert.equal(await page.getByRole("button", { name: "45+" }).getAttribute("aria-pressed"), "true");
  const rings = await page.locator(`${tile} svg[aria-label^="Score"]`).evaluateAll((all) => all.map((ring) => Number(/[\d.]+/.exec(ring.getAttribute("aria-label"))[0])));
  assert.ok(rings.length > 0 && rings.every((score) => score >= 45), String(rings));
});

test("a search without an answer says so and offers the way back", async () => {
  await wall(page, site.url);
  await page.keyboard.press("/");
  await page.keyboard.type("zzqxv");
  await page.waitForSelector(testid("empty"));
  assert.equal(search(page).get("q"), "zzqxv");
  await page.locator(`${testid("empty")} ${testid("filter")}`).click();
  await page.waitForSelector(tile);
});

test("a filter that the server refuses is told, and comes off", async () => {
  await page.goto(`${site.url}/?kind=moon_landing&sort=score`);
  const told = page.locator(testid("refused"));
  await told.getByRole("heading", { name: "The filter Moon landing is not accepted" }).waitFor();
  assert.match(await told.innerText(), /There is no kind "moon_landing"/i);
  assert.match(await page.locator("aside fieldset").first().innerText(), /there is no kind/i, "beside the filter");
  assert.ok((await page.locator("aside fieldset").first().locator("label").count()) > 1, "the other rows stay");
  await told.locator(testid("filter")).click();
  await page.waitForSelector(tile);
  assert.equal(search(page).get("kind"), null);
  assert.equal(search(page).get("sort"), "score");
});

test("rows without signals stay, and the unknown country is one of them", async () => {
  await wall(page, site.url);
  const rows = () => page.locator("aside label").evaluateAll((all) => all.map((row) => row.querySelector("span").textContent));
  const before = await rows();
  assert.ok(before.includes("Unknown"), String(before));
  await page.keyboard.press("/");
  await page.keyboard.type("zzqxv");
  await page.waitForSelector(testid("empty"));
  await until(page, (many) => document.querySelectorAll("aside label").length === many, before.length);
  assert.deepEqual((await rows()).toSorted(), before.toSorted());
  await page.locator("aside label").first().locator("input").check();
  await page.locator(`${testid("empty")} ${testid("filter")}`).nth(1).waitFor();
});

test("Ctrl-K leads to the search from the wall, the drawer, the help, and other screens", async () => {
  await wall(page, site.url, "?sort=score");
  const inSearch = () => until(page, () => document.activeElement?.matches('header input[type="search"]') && document.querySelector("[data-modal]") === null);
  const leave = () => page.evaluate(() => document.activeElement.blur());
  assert.match(await page.locator("header kbd").innerText(), /^(Ctrl|⌘) K$/);
  await page.keyboard.press("Control+k");
  await inSearch();
  await page.keyboard.type("a");
  await page.keyboard.press("Meta+K");
  await until(page, () => document.activeElement.selectionEnd === 1 && document.activeElement.selectionStart === 0);
  await page.keyboard.press("Backspace");
  await until(page, () => !location.search.includes("q="));
  for (const [keys, ready] of [["j ", testid("piece")], ["?", "[data-modal] kbd"]]) {
    await leave();
    for (const key of keys) await page.keyboard.press(key === " " ? "Space" : key);
    await page.waitForSelector(ready);
    await page.keyboard.press("Control+k");
    await inSearch();
  }
  for (const key of ["Control+k", "/"]) {
    await leave();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/companies/**");
    await page.waitForSelector('[data-testid="waterfall"]');
    await page.keyboard.press(key);
    await page.waitForSelector(tile);
    await inSearch();
    assert.equal(search(page).get("sort"), "score", "the wall is as it was left");
  }
});

test("keys walk, look, open and come back to the same place", async () => {
  await wall(page, site.url);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.keyboard.press("j");
  const id = await chosen(page);
  assert.equal(id, await page.locator(tile).nth(1).getAttribute("data-id"));
  await page.keyboard.press("Space");
  await page.waitForSelector(testid("piece"));
  assert.equal(search(page).get("evidence"), id);
  await page.keyboard.press("Escape");
  await page.waitForSelector(testid("piece"), { state: "detached" });
  await until(page, (at) => document.activeElement?.dataset.id === at, id);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/companies/**");
  await page.goBack();
  await page.waitForSelector(tile);
  await until(page, (at) => document.activeElement?.dataset.id === at, id);
  await page.keyboard.press("?");
  await page.waitForSelector("[data-modal] kbd");
  await page.keyboard.press("Escape");
});

test("a chip shows its quote on hovering and its stored words on a press", async () => {
  await wall(page, site.url);
  const chip = page.locator(testid("chip")).first();
  await chip.hover();
  const hint = await page.waitForSelector("[role=tooltip]");
  assert.match(await hint.textContent(), /^“.+”$/s);
  await chip.click();
  const piece = page.locator(testid("piece")).first();
  await piece.waitFor();
  const quote = await piece.locator(testid("quote")).textContent();
  assert.ok(quote.length > 3);
  const link = piece.locator("a[target=_blank]");
  if ((await link.count()) > 0) assert.equal(await link.getAttribute("rel"), "noopener noreferrer nofollow");
  assert.equal(await piece.locator("mark *").count(), 0, "stored words are text");
  assert.match(await piece.innerText(), /Verified|Expired|Erased|Broken/);
});

test("an outcome is stored and can be taken back", async () => {
  await wall(page, site.url);
  const said = [];
  page.on("response", (answer) => answer.url().includes("/feedback") && said.push(`${answer.request().method()} ${answer.status()}`));
  await page.keyboard.press("j");
  const id = await chosen(page);
  await page.keyboard.press("n");
  await page.waitForSelector("[data-modal]");
  await page.keyboard.press("2");
  await page.getByText("Marked as not relevant").first().waitFor();
  if (site.api) assert.equal(site.api.feedback.get(id).reason, "Not our market");
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Taken back").waitFor();
  assert.equal(await page.locator(`${tile}[data-id="${id}"]`).getByText("Marked as").count(), 0);
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("w");
  await page.getByText("Marked as won").first().waitFor();
  // The display changes at once, before the response arrives.
  const takenBack = page.waitForResponse((answer) => answer.request().method() === "DELETE");
  await page.keyboard.press("u");
  await until(page, () => !document.body.textContent.includes("Marked as won"));
  await takenBack;
  assert.deepEqual(said, ["POST 200", "DELETE 200", "POST 200", "DELETE 200"]);
});

test("tiles and table show the same signals", async () => {
  await wall(page, site.url, "?sort=score");
  const ids = () => page.locator(tile).evaluateAll((tiles) => tiles.slice(0, 5).map((one) => one.dataset.id));
  const tiles = await ids();
  await page.getByRole("button", { name: "Table" }).click();
  await page.waitForSelector("[role=table]");
  assert.deepEqual(await ids(), tiles);
  assert.equal(search(page).get("view"), "table");
});

test("new signals wait, never shift the list, and come in on request", async (context) => {
  if (!site.api) return context.skip("a real server cannot be told to find a signal");
  await wall(page, site.url);
  await until(page, () => document.querySelector('[data-testid="live"]')?.textContent.includes("Live"));
  const ids = () => page.locator(tile).evaluateAll((tiles) => tiles.map((one) => one.dataset.id));
  const first = await ids();
  const many = await total();
  site.api.arrive(3);
  await page.getByText("3 new").waitFor();
  assert.deepEqual(await ids(), first);
  await page.getByText("3 new").click();
  await until(page, (was) => document.querySelector('[data-testid="tile"]').dataset.id !== was, first[0]);
  assert.equal(await total(), many + 3);

  await page.keyboard.press("l");
  site.api.arrive(2);
  await page.getByText("2 held").waitFor();
  assert.equal(await page.locator(testid("new")).count(), 0);
  await page.keyboard.press("l");
  await page.getByText("2 new").waitFor();
});

test("after a broken connection nothing is missing", async (context) => {
  if (!site.api) return context.skip("a real server cannot be told to break its connections");
  await wall(page, site.url);
  await until(page, () => document.querySelector('[data-testid="live"]')?.textContent.includes("Live"));
  const connections = site.api.stream.connections;
  site.api.stream.cut();
  site.api.arrive(4);
  await page.getByText("4 new").waitFor();
  assert.equal(site.api.stream.connections, connections + 1);
});

test("a signal that is taken back says so in its place", async (context) => {
  if (!site.api) return context.skip("a real server cannot be told to withdraw a signal");
  await wall(page, site.url);
  await until(page, () => document.querySelector('[data-testid="live"]')?.textContent.includes("Live"));
  const id = await page.locator(tile).nth(2).getAttribute("data-id");
  site.api.stream.send("gone", { id });
  await page.locator(`${tile}[data-id="${id}"]`).getByText("Withdrawn").waitFor();
});

test("trouble is told, with what it is, for as long as it lasts", async (context) => {
  if (!site.api) return context.skip("a real server cannot be told to have trouble");
  await wall(page, site.url);
  await until(page, () => document.querySelector('[data-testid="live"]')?.textContent.includes("Live"));
  const troubles = [{ part: "pages", cause: "the disk is full: free some space" }];
  // The status event that comes every other second reports it too.
  site.api.troubles = troubles;
  site.api.stream.send("trouble", troubles);
  assert.match(await page.locator(testid("trouble")).innerText(), /The disk: the disk is full: free some space\n.*is lost/);
  site.api.troubles = [];
  site.api.stream.send("status", site.api.status());
  await page.locator(testid("trouble")).waitFor({ state: "detached" });
});
