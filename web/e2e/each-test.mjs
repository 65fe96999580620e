// One server for the tests of a file, and a page of its own for each of them.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach } from "node:test";
import { launch, open, server } from "./browser.mjs";

/** Of the test that runs. */
export let page;
export let site;

/** For a file to call before its tests. A page must note no errors. */
export function pageForEachTest() {
  let browser;
  before(async () => {
    // One after the other: a browser whose server did not start would stay.
    site = await server();
    browser = await launch();
  });
  beforeEach(async () => {
    page = await open(browser);
  });
  afterEach(async () => {
    assert.deepEqual(page.wrong, [], "the page noted errors");
    await page.context().close();
  });
  after(async () => {
    await browser?.close();
    site?.close();
  });
}
