// Starts one server for the tests of a file, and a new page for each test.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach } from "node:test";
import { launch, open, server } from "./browser.mjs";

/** The page of the current test. */
export let page;
export let site;

/** Sets up the tests of a file; call it before them. A test fails if its page logs errors. */
export function pageForEachTest() {
  let browser;
  before(async () => {
    // Sequentially: a browser would keep running if the server did not start.
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
