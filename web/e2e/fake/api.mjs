// The HTTP API of leadq on generated data. For tests only.
import { ENDPOINTS, KINDS, ON, company, evidenceOf, lead, settlementOf, signal, sites } from "./business.mjs";
import { Stream } from "./stream.mjs";

const DAYS = { "24h": 1, "7d": 7, "90d": 90 };
const DAY_MS = 86_400_000;
const countryOf = (one) => one.company.country ?? "unknown";

export class Api {
  constructor({ signals = 400, sites: sitesMade = 40, token = null } = {}) {
    this.token = token;
    this.companies = Math.max(16, Math.ceil(signals / 4));
    this.signals = new Map(Array.from({ length: signals }, (_, n) => signal(n, this.companies)).map((one) => [one.id, one]));
    this.feedback = new Map();
    this.made = signals;
    this.troubles = [];
    this.sites = sites(sitesMade);
    this.endpoints = structuredClone(ENDPOINTS);
    this.stream = new Stream(() => this.status());
  }

  status() {
    return {
      version: "0.0.0", mode: "demo", on: ON, events_per_minute: 128, waiting: 0, lag_ms: { p50: 1240, p99: 4100 }, companies: this.companies,
      signals: this.signals.size, pages: 4120, sources: [{ name: "pages", followed: 40, healthy: 40 }], webhooks: { endpoints: 0, waiting: 0, failed: 0 },
      troubles: this.troubles, failing_site_count: this.sites.filter((one) => one.is_failing).length, failing_sites: [],
    };
  }

  /** Adds a new signal, as if a page had just been read. */
  arrive(many = 1) {
    for (let i = 0; i < many; i += 1) {
      const one = { ...signal(this.made, this.companies), detected_at: new Date().toISOString(), start: ON };
      this.made += 1;
      this.signals.set(one.id, one);
      this.stream.send("signal", one);
    }
  }

  /** Returns why the server refuses the filters, if it does. */
  refuses(params) {
    const unknown = (params.get("kind") ?? "").split(",").find((kind) => kind !== "" && !KINDS.some((known) => known.value === kind));
    return unknown === undefined ? undefined : `there is no kind "${unknown}"; there are ${KINDS.map(({ value }) => value).join(", ")}`;
  }

  search(params) {
    const list = (name) => (params.get(name) ?? "").split(",").filter(Boolean);
    const [kind, geo] = [list("kind"), list("geo")];
    const least = (name) => Number(params.get(name) ?? 0);
    const days = DAYS[params.get("freshness")] ?? Infinity;
    const words = (params.get("q") ?? "").toLowerCase().split(/\s+/);
    const base = [...this.signals.values()].filter((one) =>
      words.every((word) => `${one.company.name} ${one.explanation}`.toLowerCase().includes(word)) &&
      one.score >= least("score_min") && one.confidence >= least("confidence_min") &&
      (!params.get("product") || params.get("product") === one.product) &&
      (!params.get("company") || params.get("company") === one.company.id) &&
      (Date.parse(ON) - Date.parse(one.start)) / DAY_MS <= days);
    const has = (chosen, value) => chosen.length === 0 || chosen.includes(value);
    const count = (values) => [...new Set(values)].map((value) => ({ value, count: values.filter((other) => other === value).length })).toSorted((a, b) => b.count - a.count);
    const found = base.filter((one) => has(kind, one.kind) && has(geo, countryOf(one)));
    found.sort((a, b) => (params.get("sort") === "score" && b.score - a.score) || b.detected_at.localeCompare(a.detected_at) || a.id.localeCompare(b.id));
    const from = Number(params.get("cursor") ?? 0);
    const to = from + Math.min(Number(params.get("limit") ?? 50), 200);
    return {
      on: ON, items: found.slice(from, to), total: found.length, next: to < found.length ? String(to) : null, similar: [], position: String(this.stream.position),
      facets: {
        kind: count(base.filter((one) => has(geo, countryOf(one))).map((one) => one.kind)).map(({ value, count: n }) => ({ value, count: n, title: KINDS.find((known) => known.value === value).title })),
        geo: count(base.filter((one) => has(kind, one.kind)).map(countryOf)),
      },
    };
  }

  /** Returns the response as [status, body], or undefined for an unknown address. */
  answer(method, path, params, body) {
    const [, id] = /^\/(?:signals|leads|feedback)\/([^/]+)/.exec(path) ?? [];
    if (path === "/signals/search") {
      const refused = this.refuses(params);
      return refused ? [400, problem(400, refused)] : [200, this.search(params)];
    }
    if (path === "/products") return [200, [{ id: "platform", name: "Platform", buyer_role: "head of platform" }, { id: "audit", name: "Audit", buyer_role: "CISO" }]];
    if (path === "/status") return [200, this.status()];
    if (path === "/watched") return [200, this.sites];
    if (path === "/webhooks") return [200, this.endpoints];
    if (/^\/webhooks\/[^/]+\/enable$/.test(path) && method === "POST") {
      const endpoint = this.endpoints.find((one) => path.includes(one.id));
      Object.assign(endpoint, { is_enabled: true, failures: 0, failing_since: null, disabled: null, why: null });
      return [200, { endpoint, revived: 3 }];
    }
    if (path === "/feedback" && method === "POST") {
      this.feedback.set(body.signal_id, body);
      return [200, { signal_id: body.signal_id, outcome: body.outcome, undone: false, score_before: 61.5, score_after: 58, settled: settlementOf(body) }];
    }
    if (path.startsWith("/feedback/") && method === "DELETE") {
      const before = this.feedback.get(id);
      this.feedback.delete(id);
      return before ? [200, { signal_id: id, outcome: before.outcome, undone: true, score_before: 58 }] : [404, problem(404, "no outcome stands for this signal")];
    }
    if (path.startsWith("/leads/")) {
      const n = Number(id.slice(1));
      const signals = [...this.signals.values()].filter((one) => one.company.id === id);
      const given = signals.map((one) => this.feedback.get(one.id)).findLast(Boolean);
      return Number.isInteger(n) && n < this.companies ? [200, { ...lead(signals[0]?.company ?? company(n), signals), settled: given ? settlementOf(given) : null }] : [404, problem(404, "no such company; look for it on the wall")];
    }
    if (path.startsWith("/signals/")) {
      const found = this.signals.get(id);
      if (!found) return [404, problem(404, "no such signal; it may have been withdrawn")];
      return [200, path.endsWith("/evidence") ? evidenceOf(found) : found];
    }
    return undefined;
  }
}

export const problem = (status, detail) => ({ type: "about:blank", title: "Problem", status, detail, instance: "req-1" });
