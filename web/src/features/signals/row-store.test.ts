import { expect, test, vi } from "vitest";
import type { Signal, SignalPage } from "#/api/nouns";
import { RowStore, WAITING_MAX, byNewest, byScore } from "./row-store";

const signal = (id: string, change: Partial<Signal> = {}) =>
  ({ id, score: 50, start: "2026-11-01", detected_at: `2026-11-${id.padStart(2, "0")}T08:00:00Z`, ...change }) as Signal;
const page = (ids: string[], next: string | null = null): SignalPage => ({
  on: "2026-11-24",
  items: ids.map((id) => signal(id)),
  total: ids.length,
  next,
  facets: { kind: [], geo: [] },
  similar: [],
  position: "1",
});
const all = () => true;

function filled(ids: string[]) {
  const store = new RowStore();
  store.replace(page(ids));
  return store;
}

test("an update paints its row and leaves the list alone", () => {
  const store = filled(["3", "2"]);
  const [own, other, list] = [vi.fn(), vi.fn(), vi.fn()];
  store.watchRow("3", own);
  store.watchRow("2", other);
  store.watchListing(list);
  store.apply({ signals: [signal("3", { score: 90 })], gone: [] }, all);
  expect(store.row("3")?.signal.score).toBe(90);
  expect([own, other, list].map((watcher) => watcher.mock.calls.length)).toEqual([1, 0, 0]);
});

test("new signals wait until they are welcome, and only those that belong", () => {
  const store = filled(["3", "2"]);
  store.apply({ signals: [signal("5"), signal("4", { score: 1 })], gone: [] }, ({ score }) => score > 10);
  expect(store.listing()).toMatchObject({ ids: ["3", "2"], waiting: 1 });
  store.welcome(byNewest);
  expect(store.listing()).toMatchObject({ ids: ["5", "3", "2"], waiting: 0, total: 3 });
});

test("a waiting signal that no longer belongs stops waiting", () => {
  const store = filled([]);
  store.apply({ signals: [signal("5")], gone: [] }, all);
  store.apply({ signals: [signal("5", { score: 1 })], gone: [] }, () => false);
  expect(store.listing().waiting).toBe(0);
});

test("what is gone stays in its place until the list is read anew", () => {
  const store = filled(["3", "2"]);
  store.apply({ signals: [], gone: ["3", "unknown"] }, all);
  expect(store.row("3")?.withdrawn).toBe(true);
  expect(store.listing().ids).toEqual(["3", "2"]);
  store.welcome(byNewest);
  expect(store.listing()).toMatchObject({ ids: ["2"], total: 1 });
});

test("a further page adds what is not there yet, and takes it from the waiting", () => {
  const store = filled(["9", "8"]);
  store.apply({ signals: [signal("7")], gone: [] }, all);
  store.append(page(["8", "7", "6"], "more"));
  expect(store.listing()).toMatchObject({ ids: ["9", "8", "7", "6"], waiting: 0, next: "more" });
});

test("waiting is bounded, and says when it lost some", () => {
  const store = filled([]);
  const signals = Array.from({ length: WAITING_MAX + 5 }, (_, n) => signal(String(n)));
  store.apply({ signals, gone: [] }, all);
  expect(store.listing()).toMatchObject({ waiting: 0, overflowed: true });
  store.replace(page(["1"]));
  expect(store.listing().overflowed).toBe(false);
});

test("orders are total, so that equal signals never swap", () => {
  const [high, low, twin] = [signal("1", { score: 80 }), signal("2", { score: 20 }), signal("3", { score: 20, detected_at: "2026-11-02T08:00:00Z" })];
  expect([twin, low, high].toSorted(byScore).map(({ id }) => id)).toEqual(["1", "2", "3"]);
  const fresh = signal("1", { start: "2026-11-30", detected_at: "2026-11-01T08:00:00Z" });
  expect([low, fresh].toSorted(byNewest)[0]).toBe(fresh);
  expect([high, low, twin].toSorted(byNewest).map(({ id }) => id)).toEqual(["2", "3", "1"]);
});
