import { expect, test } from "vitest";
import { type HubMessage, StreamHub, waitMs } from "./stream-hub";

/** A browser without network: connections are recorded, timers run on request. */
function browser() {
  const opened: { url: string; closed: boolean; say: (type: string, data?: unknown, id?: string) => void }[] = [];
  const timers: (() => void)[] = [];
  const hub = new StreamHub({
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
    later: (run) => void timers.push(run),
    random: () => 0,
  });
  const tab = () => {
    const connections: string[] = [];
    const events: string[] = [];
    const receive = (message: HubMessage) => {
      if ("connection" in message) connections.push(message.connection);
      else events.push(`${message.event} ${message.data}`);
    };
    hub.join(receive);
    return {
      connections,
      events,
      start: (position: string | null = null) => hub.receive(receive, { ask: "start", position }),
      stop: () => hub.receive(receive, { ask: "stop" }),
      leave: () => hub.receive(receive, { ask: "leave" }),
    };
  };
  const last = () => {
    const source = opened.at(-1);
    if (!source) throw new Error("nothing was opened");
    return source;
  };
  return { opened, last, tab, tick: () => timers.splice(0).forEach((run) => run()) };
}

const live = (opened: { closed: boolean }[]) => opened.filter(({ closed }) => !closed).length;

test("eight tabs share one connection, and each receives every event", () => {
  const { opened, last, tab } = browser();
  const tabs = Array.from({ length: 8 }, tab);
  for (const one of tabs) one.start("7");
  expect(opened.map(({ url }) => url)).toEqual(["/api/v1/stream?position=7"]);
  last().say("open");
  last().say("signal", { id: "a" }, "8");
  for (const { connections, events } of tabs) {
    expect(connections.at(-1)).toBe("open");
    expect(events).toEqual(['signal {"id":"a"}']);
  }
});

test("it outlives the tab that opened it, and ends with the last", () => {
  const { opened, last, tab } = browser();
  const [first, second, third] = [tab(), tab(), tab()];
  first.start("7");
  second.start("7");
  last().say("signal", { id: "a" }, "8");
  first.leave();
  last().say("signal", { id: "b" }, "9");
  expect(second.events).toHaveLength(2);
  expect(first.events).toHaveLength(1);
  // The third has not started: it listens, and does not keep the connection open.
  expect(third.events).toHaveLength(2);
  second.stop();
  expect(live(opened)).toBe(0);
  expect(second.connections.at(-1)).toBe("off");
  second.start("8");
  expect(opened.map(({ url }) => url)).toEqual(["/api/v1/stream?position=7", "/api/v1/stream?position=9"]);
});

test("a hidden tab receives events as long as another needs them", () => {
  const { opened, last, tab } = browser();
  const [hidden, shown] = [tab(), tab()];
  hidden.start("7");
  shown.start("7");
  hidden.stop();
  expect(live(opened)).toBe(1);
  last().say("signal", { id: "a" }, "8");
  hidden.start();
  expect(hidden.events).toHaveLength(1);
  expect(opened).toHaveLength(1);
});

test("after a break it resumes behind the last event, once, and later each time", () => {
  const { opened, last, tab, tick } = browser();
  const one = tab();
  one.start("7");
  last().say("open");
  last().say("signal", { id: "a" }, "12/3");
  last().say("error");
  expect(opened[0]?.closed).toBe(true);
  expect(one.connections.at(-1)).toBe("waiting");
  tick();
  expect(last().url).toBe("/api/v1/stream?position=12%2F3");
  // Further events of the closed connection are ignored.
  opened[0]?.say("signal", { id: "b" }, "99");
  last().say("error");
  tick();
  expect(last().url).toBe("/api/v1/stream?position=12%2F3");
  expect(opened).toHaveLength(3);
});

test("a tab that has just heard from the server need not wait for the next attempt", () => {
  const { opened, last, tab, tick } = browser();
  const one = tab();
  one.start("7");
  last().say("error");
  one.start("8");
  expect(opened.map(({ url }) => url)).toEqual(["/api/v1/stream?position=7", "/api/v1/stream?position=7"]);
  tick();
  expect(opened).toHaveLength(2);
});

test("waiting doubles, is shortened by chance and ends at half a minute", () => {
  expect([1, 2, 3, 12].map((failures) => waitMs(failures, 0))).toEqual([500, 1_000, 2_000, 30_000]);
  expect(waitMs(2, 1)).toBe(500);
});

test("stopped while it waits, it stays closed until it is started again", () => {
  const { opened, last, tab, tick } = browser();
  const one = tab();
  one.start("1");
  last().say("signal", { id: "a" }, "5");
  last().say("error");
  one.stop();
  tick();
  expect(opened).toHaveLength(1);
  one.start("2");
  expect(last().url).toBe("/api/v1/stream?position=5");
});

test("a new tab begins at its own page, and the others are told what they missed", () => {
  const { opened, last, tab } = browser();
  const old = tab();
  old.start("1");
  last().say("signal", { id: "a" }, "5");
  old.stop();
  const fresh = tab();
  fresh.start("90");
  expect(opened.at(-1)?.url).toBe("/api/v1/stream?position=90");
  expect(old.events).toEqual(['signal {"id":"a"}', "reload {}"]);
  expect(fresh.events).toEqual([]);
});

test("a tab that the browser restores has missed events", () => {
  const { last, tab } = browser();
  const [restored, other] = [tab(), tab()];
  restored.start("1");
  other.start("1");
  restored.leave();
  last().say("signal", { id: "a" }, "5");
  restored.start();
  last().say("signal", { id: "b" }, "6");
  expect(restored.events).toEqual(["reload {}", 'signal {"id":"b"}']);
});
