// Ten thousand live tiles: few nodes and a steady frame rate while scores change and the list
// scrolls. The times are printed but not checked, because they depend on the machine as much as on
// the page. Always on the fake server, which can change 500 scores a second.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, until, wall } from "./browser.mjs";
import { start } from "./fake/server.mjs";

const TILES = 10_000;
const NODES_MAX = 800;
const SECONDS = 5;

let browser;
let site;
before(async () => {
  site = await start({ signals: TILES });
  browser = await launch();
});
after(async () => {
  await browser.close();
  site.close();
});

/**
 * Measures frames, node counts and stalls for some seconds, while scrolling at a constant speed.
 */
const measure = (page, speed) =>
  page.evaluate(
    ([pixels, seconds]) =>
      new Promise((done) => {
        const scroller = document.querySelector('[data-testid="scroller"]');
        const frames = [];
        let nodes = 0;
        let last = performance.now();
        const end = last + seconds * 1000;
        const frame = (now) => {
          frames.push(now - last);
          scroller.scrollTop -= (pixels * (now - last)) / 1000;
          last = now;
          nodes = Math.max(nodes, document.querySelectorAll("*").length);
          if (now < end) return requestAnimationFrame(frame);
          const sorted = frames.slice(1).toSorted((a, b) => a - b);
          return done({
            fps: (sorted.length * 1000) / sorted.reduce((sum, ms) => sum + ms, 0),
            p95: sorted[Math.floor(sorted.length * 0.95)],
            slow: sorted.filter((ms) => ms > 33.4).length,
            frames: sorted.length,
            nodes,
          });
        };
        requestAnimationFrame(frame);
      }),
    [speed, SECONDS],
  );

test("10,000 tiles, 500 updates a second", async () => {
  const page = await open(browser);
  await wall(page, site.url);
  const deadline = Date.now() + 60_000;
  let loaded = 0;
  while (loaded < TILES && Date.now() < deadline) {
    // The height of the feed is that of the loaded rows.
    await page.evaluate(() => {
      const scroller = document.querySelector('[data-testid="scroller"]');
      scroller.scrollTop = scroller.scrollHeight;
    });
    await page.waitForTimeout(20);
    const height = await page.evaluate(() => document.querySelector('[role="feed"]').clientHeight);
    loaded = Math.round((height - 26) / 252) * 3;
  }
  assert.ok(loaded >= TILES, `only ${loaded} tiles were loaded`);

  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const metrics = async () => Object.fromEntries((await session.send("Performance.getMetrics")).metrics.map(({ name, value }) => [name, value]));
  site.api.stream.churn(500, [...site.api.signals.values()], () => undefined);
  for (const [what, speed] of [["resting", 0], ["scrolling", 2400]]) {
    const from = await metrics();
    const found = await measure(page, speed);
    const to = await metrics();
    const per = (name) => (((to[name] - from[name]) * 1000) / SECONDS).toFixed(0);
    console.log(
      `${TILES} tiles, 500 updates/s, ${what}: ${found.fps.toFixed(1)} fps, p95 ${found.p95.toFixed(1)} ms, ${found.slow}/${found.frames} frames over 33 ms, ` +
        `script ${per("ScriptDuration")} ms/s, task ${per("TaskDuration")} ms/s, layout ${per("LayoutDuration")}, style ${per("RecalcStyleDuration")}, ${found.nodes} nodes, heap ${(to.JSHeapUsedSize / 1e6).toFixed(0)} MB`,
    );
    assert.ok(found.nodes <= NODES_MAX, `${found.nodes} nodes, more than ${NODES_MAX}`);
  }
  await until(page, () => document.querySelector('[data-testid="live"]')?.textContent.includes("Live"));
  assert.deepEqual(page.wrong, []);
});
