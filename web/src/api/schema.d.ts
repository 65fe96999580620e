export interface components {
  schemas: {
    Company: { id: string; name: string; domain: string | null; country: string | null; industry: string | null };
    Components: { fit: number; intent: number; timing: number };
    Evidence: {
      look: string;
      url: string;
      snapshot_hash: string;
      text_hash: string;
      span: { start: number; end: number };
      quote: string;
      observed: string;
    };
    Signal: {
      id: string;
      company: components["schemas"]["Company"];
      kind: string;
      title: string;
      product: string | null;
      score: number;
      band: string;
      components: components["schemas"]["Components"];
      points: number;
      confidence: number;
      start: string;
      end: string | null;
      stage: "planned" | "announced" | "done";
      polarity: "positive" | "negative";
      explanation: string;
      slots: Record<string, string>;
      independent_sources: number;
      half_life_days: number;
      pack: string;
      detected_at: string;
      evidence: components["schemas"]["Evidence"][];
    };
    Facet: { value: string; title?: string; count: number };
    SignalPage: {
      on: string;
      items: components["schemas"]["Signal"][];
      total: number;
      next: string | null;
      facets: { kind: components["schemas"]["Facet"][]; geo: components["schemas"]["Facet"][] };
      position: string;
    };
    EvidenceInText: components["schemas"]["Evidence"] & {
      before: string;
      after: string;
      title: string | null;
      lang: string | null;
      published: string | null;
      fate: "verified" | "expired" | "erased" | "broken";
      reason: string | null;
    };
    SignalEvidence: { signal: string; evidence: components["schemas"]["EvidenceInText"][] };
    Contribution: { component: "fit" | "intent" | "timing"; reason: string; signal: string | null; points: number };
    Score: {
      band: string;
      company_id: string;
      product_id: string;
      product_name: string;
      score: number;
      components: components["schemas"]["Components"];
      contributions: components["schemas"]["Contribution"][];
      drops_on: string | null;
      updated_at: string;
    };
    RiverEvent: {
      id: string;
      at: string;
      day: string;
      kind: string;
      text: string;
      url: string | null;
      signal: string | null;
      delta: number | null;
      cause: string | null;
    };
    Join: {
      id: string;
      left: string;
      right: string;
      verdict: "same" | "different";
      confidence: number;
      reasons: string[];
      by: string;
    };
    Lead: {
      on: string;
      company: components["schemas"]["Company"] & {
        size: number | null;
        revenue: string | null;
        tech: string[];
        employees: string[];
        sources: string[];
      };
      is_account: boolean;
      scores: components["schemas"]["Score"][];
      signals: components["schemas"]["Signal"][];
      river: components["schemas"]["RiverEvent"][];
      joins: components["schemas"]["Join"][];
      next_action: { title: string; why: string; ask_for: string | null } | null;
    };
    Product: { id: string; name: string; buyer_role: string };
    Status: {
      version: string;
      mode: string;
      on: string;
      events_per_minute: number;
      waiting: number;
      lag_ms: { p50: number; p99: number } | null;
      companies: number;
      signals: number;
      pages: number;
      sources: { name: string; followed: number; healthy: number }[];
      webhooks: { endpoints: number; waiting: number; failed: number };
    };
    FeedbackGiven: { signal_id: string; outcome: "won" | "lost" | "ignore"; reason?: string; value?: number };
    FeedbackTaken: { signal_id: string; outcome: string; undone: boolean; score_before: number; score_after?: number };
  };
}

type Schemas = components["schemas"];
type Answer<Body> = { 200: { headers: Record<string, unknown>; content: { "application/json": Body } } };
type Empty = { 204: { headers: Record<string, unknown>; content?: never } };
interface Get<Parameters, Body> {
  get: { parameters: Parameters; requestBody?: never; responses: Answer<Body> };
}

export interface paths {
  "/api/v1/signals/search": Get<
    {
      query?: {
        product?: string;
        q?: string;
        kind?: string;
        geo?: string;
        freshness?: string;
        score_min?: number;
        confidence_min?: number;
        company?: string;
        sort?: "newest" | "score";
        limit?: number;
        cursor?: string;
      };
    },
    Schemas["SignalPage"]
  >;
  "/api/v1/signals/{id}": Get<{ path: { id: string } }, Schemas["Signal"]>;
  "/api/v1/signals/{id}/evidence": Get<{ path: { id: string } }, Schemas["SignalEvidence"]>;
  "/api/v1/leads/{id}": Get<{ path: { id: string } }, Schemas["Lead"]>;
  "/api/v1/products": Get<{ query?: never }, Schemas["Product"][]>;
  "/api/v1/status": Get<{ query?: never }, Schemas["Status"]>;
  "/api/v1/feedback": {
    post: {
      parameters: { query?: never };
      requestBody: { content: { "application/json": Schemas["FeedbackGiven"] } };
      responses: Answer<Schemas["FeedbackTaken"]>;
    };
  };
  "/api/v1/feedback/{id}": {
    delete: { parameters: { path: { id: string } }; requestBody?: never; responses: Answer<Schemas["FeedbackTaken"]> };
  };
  "/api/v1/login": {
    post: {
      parameters: { query?: never };
      requestBody: { content: { "application/json": { token: string } } };
      responses: Empty;
    };
  };
}
