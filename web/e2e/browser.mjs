// Starts the system's Chromium and the server under test: LEADQ_URL, or the fake one of e2e/fake.
import { chromium } from "playwright-core";
import { start } from "./fake/server.mjs";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const launch = () => chromium.launch({ executablePath: process.env.LEADQ_CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });

/** Returns {url, api, close}; `api` controls the fake server and is undefined for a real one. */
export async function server(options) {
  const url = process.env.LEADQ_URL;
  return url === undefined ? start(options) : { url: url.replace(/\/$/, ""), api: undefined, close: () => undefined };
}

/** Opens a page that records its errors; `size` is [width, height]. */
export async function open(browser, { theme = "dark", size = [1440, 900] } = {}) {
  const context = await browser.newContext({ viewport: { width: size[0], height: size[1] }, colorScheme: theme, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.wrong = [];
  page.on("pageerror", (error) => page.wrong.push(error.message));
  page.on("console", (message) => {
    const text = message.text();
    // The browser logs every response of 400, 401 and 404 by itself; the app shows the remedy.
    if (message.type() === "error" && !/status of (400|401|404)/.test(text)) page.wrong.push(text);
  });
  return page;
}

export const tile = '[data-testid="tile"]';

/** Opens the wall and waits for its first signals. */
export async function wall(page, url, search = "") {
  await page.goto(`${url}/${search}`);
  await page.waitForSelector(tile);
}

/** Waits until `ask`, run in the page with `given`, is true. */
export const until = (page, ask, given) => page.waitForFunction(ask, given, { timeout: 60_000 });

export const chosen = (page) => page.evaluate(() => document.activeElement?.closest('[data-testid="tile"]')?.dataset.id);
export const search = (page) => new URL(page.url()).searchParams;
