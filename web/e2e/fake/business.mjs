// Generated companies and signals for the tests. Seeded: the same number gives the same signal.
export const ON = "2026-11-24";

const NAMES = ["Brightwater", "Havnborg", "Kesselhaus", "Mudlark", "Northfell", "Pinegate", "Quillstone", "Tallow", "Ashgrove", "Copperline", "Driftmark", "Elmhurst", "Fenwick", "Glasbruk", "Hollowell", "Ironbeck"];
const FORMS = ["Robotics GmbH", "Logistics BV", "Payments Ltd", "Energy AG", "Software SA", "Foods Oy", "Health Inc", "Marine AS"];
const COUNTRIES = ["DE", "FR", "GB", "NL", "SE", "US"];
export const KINDS = [
  { value: "hiring_spike", title: "Hiring spike", half: 30 },
  { value: "tech_adoption", title: "Technology adoption", half: 90 },
  { value: "compliance_win", title: "Compliance win", half: 180 },
  { value: "budget_event", title: "Budget event", half: 60 },
];
const PLACES = ["press", "careers", "blog", "trust"];

/** Returns a number from 0 to 1 for a seed and a purpose. */
export function chance(seed, salt = 0) {
  let h = (seed * 2654435761 + salt * 40503) >>> 0;
  h = Math.imul(h ^ (h >>> 15), 2246822519);
  h = Math.imul(h ^ (h >>> 13), 3266489917);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}
const pick = (list, seed, salt) => list[Math.floor(chance(seed, salt) * list.length)];
const hex = (seed, salt, length = 16) => Array.from({ length }, (_, at) => Math.floor(chance(seed, salt * 100 + at) * 16).toString(16)).join("");
const daysAgo = (days, hours = 9) => new Date(Date.parse(`${ON}T00:00:00Z`) - days * 86_400_000 + hours * 3_600_000).toISOString();
const two = (value) => Math.round(value * 100) / 100;
export const bandOf = (score) => (score >= 70 ? "hot" : score >= 45 ? "warm" : score >= 20 ? "cool" : "cold");

export function company(n) {
  const name = `${NAMES[n % NAMES.length]} ${pick(FORMS, n, 1)}`;
  const domain = `${NAMES[n % NAMES.length].toLowerCase()}${n < NAMES.length ? "" : n}.example`;
  return { id: `c${n}`, name: n < NAMES.length ? name : `${name} ${n}`, domain, country: pick(COUNTRIES, n, 2), industry: pick(["Manufacturing", "Logistics", "Payments", "Energy"], n, 3) };
}

export function sentenceOf(kind, n) {
  const jobs = 6 + Math.floor(chance(n, 5) * 30);
  return {
    hiring_spike: `Opened ${jobs} engineering roles in 14 days, ${(2 + chance(n, 6) * 4).toFixed(1)} times its usual pace; ${Math.ceil(jobs / 3)} of them ask for Kubernetes.`,
    tech_adoption: "Moved its order pages to a new commerce platform; the old one is gone from every page looked at since 12 November.",
    compliance_win: "Announced its ISO/IEC 27001 certificate, issued by an accredited body and valid until November 2029.",
    budget_event: `Published a tender for a data platform worth EUR ${(0.4 + chance(n, 7) * 5).toFixed(1)} million with a deadline in December.`,
  }[kind];
}

export function signal(n, companies = 200) {
  const kind = pick(KINDS, n, 8);
  const who = company(Math.floor(chance(n, 9) * companies));
  const fit = two(12 + chance(n, 10) * 26);
  const intent = two(6 + chance(n, 11) * 34);
  const timing = two(chance(n, 12) * 24);
  const score = two(Math.min(fit + intent + timing, 100));
  const age = Math.floor(chance(n, 13) ** 2 * 60);
  const quote = sentenceOf(kind.value, n);
  const evidence = Array.from({ length: 1 + Math.floor(chance(n, 14) * 3) }, (_, at) => ({
    look: hex(n, 20 + at),
    url: at === 1 ? `https://news${n % 7}.example/${who.domain}/${n}` : `https://www.${who.domain}/${PLACES[(n + at) % 4]}/${n}`,
    snapshot_hash: hex(n, 30 + at, 64),
    text_hash: hex(n, 40 + at, 64),
    span: { start: 320, end: 320 + quote.length },
    quote,
    observed: daysAgo(age + at, 7),
  }));
  return {
    id: `s${n}`, company: who, kind: kind.value, title: kind.title, product: "platform", score, band: bandOf(score),
    components: { fit, intent, timing }, points: intent, confidence: two(0.42 + chance(n, 15) * 0.57), start: daysAgo(age).slice(0, 10),
    end: kind.value === "budget_event" ? "2026-12-18" : null, stage: pick(["announced", "done", "planned"], n, 16),
    polarity: chance(n, 17) < 0.06 ? "negative" : "positive", explanation: quote, slots: {}, independent_sources: evidence.length,
    half_life_days: kind.half, pack: `${kind.value}/1`, detected_at: daysAgo(age, 8 + chance(n, 18) * 4), evidence,
  };
}

const BEFORE = "Press release\n\nThe company looks back on a year of growth. Orders rose in every region, and the board has approved the plan for the coming two years.\n\n";
const AFTER = "\n\n“We are building for the next ten years,” said the head of operations. Applications are open, and the first teams start in January. <b>This is not markup</b>, it is what the page said.";

export function evidenceOf(found) {
  const fates = [["verified", null], ["expired", null], ["broken", "the text at the stored place no longer matches its hash"]];
  return {
    signal: found.id,
    evidence: found.evidence.map((piece, at) => {
      const [fate, reason] = fates[at % 3];
      return { ...piece, before: BEFORE, after: AFTER, title: at === 1 ? null : `${found.company.name} reports on the year`, lang: "en", published: at === 0 ? found.start : null, fate, reason };
    }),
  };
}

export function lead(who, signals) {
  const best = signals.toSorted((a, b) => b.score - a.score)[0];
  const scoreFor = (product_id, product_name, share) => {
    const timing = two(best.components.timing * share);
    const contributions = [
      { component: "fit", reason: `industry ${who.industry} is one you sell to`, signal: null, points: two(best.components.fit * 0.6) },
      { component: "fit", reason: "250 employees, within 50 to 500", signal: null, points: two(best.components.fit - two(best.components.fit * 0.6)) },
      { component: "intent", reason: best.explanation, signal: best.id, points: two(best.components.intent + 4) },
      { component: "intent", reason: "this part of the score goes no higher", signal: null, points: -4 },
      { component: "timing", reason: `seen ${best.start}, counts half after ${best.half_life_days} days`, signal: best.id, points: timing },
    ];
    const score = two(contributions.reduce((sum, line) => sum + line.points, 0));
    return { band: bandOf(score), company_id: who.id, product_id, product_name, score, components: { ...best.components, timing }, contributions, drops_on: "2026-12-09", updated_at: `${ON}T08:00:00Z` };
  };
  const river = signals.flatMap((one, at) => [
    { id: `rs${at}`, at: one.detected_at, day: one.detected_at.slice(0, 10), kind: "signal", text: `${one.title}: ${one.explanation}`, url: null, signal: one.id, delta: null, cause: null },
    { id: `rc${at}`, at: one.detected_at, day: one.detected_at.slice(0, 10), kind: "score", text: "Score moved", url: null, signal: null, delta: two(one.points / 3), cause: `because of ${one.title.toLowerCase()}` },
    { id: `rp${at}`, at: one.evidence[0].observed, day: one.evidence[0].observed.slice(0, 10), kind: "page", text: "Read a page, its text had changed", url: one.evidence[0].url, signal: null, delta: null, cause: null },
  ]);
  return {
    on: ON,
    company: { ...who, size: 250, revenue: "EUR 48 million", tech: ["Kubernetes", "PostgreSQL", "Kafka", "Terraform"], employees: ["Head of platform", "Data engineer"], sources: [`domain:${who.domain}`, "registry:HRB 88120", "slug:greenhouse/acme"] },
    is_account: true,
    scores: best ? [scoreFor("platform", "Platform", 1), scoreFor("audit", "Audit", 0.4)] : [],
    signals,
    river: river.toSorted((a, b) => b.at.localeCompare(a.at)).slice(0, 200),
    joins: [{ id: "j1", left: `domain:${who.domain}`, right: "registry:HRB 88120", verdict: "same", confidence: 0.97, reasons: ["the imprint names this registry number", "same name after removing the legal form"], by: "auto:imprint/1" }],
    next_action: best ? { title: "Call this week", why: `${best.title} was seen ${best.start} and fades by half in ${best.half_life_days} days.`, ask_for: "the head of platform" } : null,
  };
}

const BACK = { won: ["nothing", null], lost: ["news", null], ignore: ["news", null], snooze: ["day", "2026-12-24"] };

export function settlementOf({ signal_id, outcome, reason = "" }) {
  const [comes_back_with, comes_back_on] = BACK[outcome];
  return { signal_id, outcome, reason, since: ON, comes_back_with, comes_back_on, text: `${outcome} on ${ON}` };
}

const WHY = [["could_not_look", "connection refused"], ["could_not_look", "the certificate is not valid for this name"], ["not_allowed", "robots.txt forbids it"], ["gone", "404 Not Found"]];

/** Followed sites: most work, some fail, one waits for its first visit, one is not followed any more. */
export function sites(many) {
  return Array.from({ length: many }, (_, n) => {
    const { domain } = company(n);
    const [outcome, why] = WHY[n % 4];
    const fails = n % 7 === 3;
    const visit = { url: `https://www.${domain}/`, at: daysAgo(n % 3, 6), outcome: n % 2 ? "unchanged" : "changed", why: null, failures: 0 };
    const failure = { url: `https://www.${domain}/${PLACES[n % 4]}`, at: daysAgo(n % 5, 5), outcome, why, failures: 1 + (n % 6) };
    const isNew = n === 5;
    return {
      domain, since: daysAgo(20 + (n % 9)).slice(0, 10), cause: "command line", is_active: n !== 6, addresses: isNew ? 1 : 12 + n, looks: isNew ? 0 : 40 + n,
      looked: isNew ? null : visit.at, failing: fails ? 12 : 0, is_failing: fails, last_visit: isNew ? null : fails ? failure : visit, last_failure: fails ? failure : null,
    };
  });
}

export const ENDPOINTS = [
  { id: "e1", url: "https://hooks.crm.example", is_enabled: true, failures: 0, failing_since: null, disabled: null, why: null },
  { id: "e2", url: "https://10.0.0.8", is_enabled: true, failures: 5, failing_since: daysAgo(2), disabled: null, why: null, last_failure: "the address 10.0.0.8 is private; allow it in the settings" },
  { id: "e3", url: "https://old.example", is_enabled: false, failures: 40, failing_since: daysAgo(9), disabled: daysAgo(1), why: "410 Gone" },
];
