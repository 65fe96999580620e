import { expect, test } from "vitest";
import { type Batch, HELD_MAX, LiveStream } from "./stream";
import type { HubMessage, TabMessage } from "./stream-hub";

/** A tab without a hub: its messages are recorded, frames run on request. */
function tab() {
  const asked: TabMessage[] = [];
  const frames: (() => void)[] = [];
  let receive: (message: HubMessage) => void = () => undefined;
  const stream = new LiveStream({
    hub: (receiver) => {
      receive = receiver;
      return (message) => void asked.push(message);
    },
    nextFrame: (run) => void frames.push(run),
  });
  const batches: Batch[] = [];
  let losses = 0;
  stream.read((batch) => batches.push(batch));
  stream.onLoss(() => {
    losses += 1;
  });
  return {
    stream,
    asked,
    batches,
    losses: () => losses,
    connect: (connection: "open" | "waiting") => receive({ connection }),
    say: (event: string, data: unknown) => receive({ event, data: JSON.stringify(data) }),
    frame: () => frames.splice(0).forEach((run) => run()),
  };
}

test("one frame hands on one batch, with the newest word per signal", () => {
  const { stream, asked, say, batches, frame } = tab();
  stream.start("7");
  frame();
  expect(asked).toEqual([{ ask: "start", position: "7" }]);
  say("signal", { id: "a", score: 1 });
  say("signal", { id: "b", score: 1 });
  say("signal", { id: "a", score: 2 });
  say("gone", { id: "b" });
  expect(batches).toEqual([]);
  frame();
  expect(batches).toEqual([{ signals: [{ id: "a", score: 2 }], gone: ["b"] }]);
});

test("what arrives before the first page is handed on after it", () => {
  const { stream, say, batches, frame } = tab();
  say("signal", { id: "a" });
  frame();
  expect(batches).toEqual([]);
  stream.start("7");
  frame();
  expect(batches).toEqual([{ signals: [{ id: "a" }], gone: [] }]);
});

test("paused, it holds signals back and still tells the status", () => {
  const { stream, say, batches, frame } = tab();
  stream.start();
  stream.pause(true);
  say("signal", { id: "a" });
  say("status", { events_per_minute: 5, troubles: [] });
  frame();
  expect(batches).toEqual([]);
  expect(stream.state()).toMatchObject({ held: 1, status: { events_per_minute: 5 } });
  stream.pause(false);
  expect(batches).toHaveLength(1);
  expect(stream.state().held).toBe(0);
});

test("what it holds is bounded; a loss is told once", () => {
  const { stream, say, batches, losses } = tab();
  stream.start();
  stream.pause(true);
  for (let n = 0; n <= HELD_MAX; n += 1) say("signal", { id: String(n) });
  stream.pause(false);
  expect(losses()).toBe(1);
  expect(batches).toEqual([]);
});

test("a stream that cannot resume says that the list must be asked for anew", () => {
  const { stream, say, losses, frame } = tab();
  stream.start("7");
  say("reload", {});
  frame();
  expect(losses()).toBe(1);
});

test("it shows the connection, and says whether it was on when it stops", () => {
  const { stream, asked, connect } = tab();
  expect(stream.stop()).toBe(false);
  stream.start();
  connect("open");
  expect(stream.state().connection).toBe("open");
  connect("waiting");
  stream.start("9");
  expect(stream.leave()).toBe(true);
  expect(stream.leave()).toBe(false);
  expect(asked.map(({ ask }) => ask)).toEqual(["stop", "start", "start", "leave", "leave"]);
});
