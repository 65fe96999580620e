import { expect, test } from "vitest";
import { type Batch, HELD_MAX, LiveStream, waitMs } from "./stream";

/** A browser without network: connections are recorded, frames and timers run on request. */
function surroundings() {
  const opened: { url: string; closed: boolean; say: (type: string, data?: unknown, id?: string) => void }[] = [];
  const frames: (() => void)[] = [];
  const timers: (() => void)[] = [];
  const stream = new LiveStream({
    open: (url) => {
      const listeners = new Map<string, (event: MessageEvent<string>) => void>();
      const source = {
        url,
        closed: false,
        say: (type: string, data: unknown = null, id = "") =>
          listeners.get(type)?.({ data: JSON.stringify(data), lastEventId: id } as MessageEvent<string>),
      };
      opened.push(source);
      return {
        addEventListener: (type, listener) => void listeners.set(type, listener),
        close: () => {
          source.closed = true;
        },
      };
    },
    nextFrame: (run) => void frames.push(run),
    later: (run) => void timers.push(run),
    random: () => 0,
  });
  const batches: Batch[] = [];
  stream.read((batch) => batches.push(batch));
  const runAll = (list: (() => void)[]) => list.splice(0).forEach((run) => run());
  const last = () => {
    const source = opened.at(-1);
    if (!source) throw new Error("nothing was opened");
    return source;
  };
  return { stream, opened, last, batches, frame: () => runAll(frames), tick: () => runAll(timers) };
}

test("one frame hands on one batch, with the newest word per signal", () => {
  const { stream, last, batches, frame } = surroundings();
  stream.start("7");
  expect(last().url).toBe("/api/v1/stream?position=7");
  last().say("signal", { id: "a", score: 1 });
  last().say("signal", { id: "b", score: 1 });
  last().say("signal", { id: "a", score: 2 });
  last().say("gone", { id: "b" });
  expect(batches).toEqual([]);
  frame();
  expect(batches).toEqual([{ signals: [{ id: "a", score: 2 }], gone: ["b"] }]);
});

test("after a break it resumes behind the last event, once, and later each time", () => {
  const { stream, opened, last, tick } = surroundings();
  stream.start("7");
  last().say("open");
  last().say("signal", { id: "a" }, "12/3");
  last().say("error");
  expect(opened[0]?.closed).toBe(true);
  expect(stream.state().connection).toBe("waiting");
  tick();
  expect(last().url).toBe("/api/v1/stream?position=12%2F3");
  // Further events of the closed connection are ignored.
  opened[0]?.say("signal", { id: "b" }, "99");
  last().say("error");
  tick();
  expect(last().url).toBe("/api/v1/stream?position=12%2F3");
  expect(opened).toHaveLength(3);
});

test("waiting doubles, is shortened by chance and ends at half a minute", () => {
  expect([1, 2, 3, 12].map((failures) => waitMs(failures, 0))).toEqual([500, 1_000, 2_000, 30_000]);
  expect(waitMs(2, 1)).toBe(500);
});

test("paused, it holds signals back and still tells the status", () => {
  const { stream, last, batches, frame } = surroundings();
  stream.start();
  stream.pause(true);
  last().say("signal", { id: "a" });
  last().say("status", { events_per_minute: 5 });
  frame();
  expect(batches).toEqual([]);
  expect(stream.state()).toMatchObject({ held: 1, status: { events_per_minute: 5 } });
  stream.pause(false);
  expect(batches).toHaveLength(1);
  expect(stream.state().held).toBe(0);
});

test("what it holds is bounded; a loss is told once", () => {
  const { stream, last, batches } = surroundings();
  let losses = 0;
  stream.onLoss(() => {
    losses += 1;
  });
  stream.start();
  stream.pause(true);
  for (let n = 0; n <= HELD_MAX; n += 1) last().say("signal", { id: String(n) });
  stream.pause(false);
  expect(losses).toBe(1);
  expect(batches).toEqual([]);
});

test("a stream that cannot resume says that the list must be asked for anew", () => {
  const { stream, last, frame } = surroundings();
  let losses = 0;
  stream.onLoss(() => {
    losses += 1;
  });
  stream.start("7");
  last().say("reload", {}, "90");
  frame();
  expect(losses).toBe(1);
  last().say("error");
});

test("stopped, it can be started again where it ended", () => {
  const { stream, opened, last, tick } = surroundings();
  stream.start("1");
  last().say("signal", { id: "a" }, "5");
  last().say("error");
  stream.stop();
  tick();
  expect(opened).toHaveLength(1);
  stream.start("2");
  expect(last().url).toBe("/api/v1/stream?position=5");
});
