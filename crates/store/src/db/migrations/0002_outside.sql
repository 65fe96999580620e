-- What leadq does outside: it looks at followed sites again and again, and delivers to endpoints.

-- Following ------------------------------------------------------------------------------------
CREATE TABLE follow (
  domain TEXT PRIMARY KEY, since_us BIGINT NOT NULL, cause TEXT NOT NULL,
  state TEXT NOT NULL);                -- active, ended

CREATE TABLE frontier (
  url TEXT PRIMARY KEY, host TEXT NOT NULL, follow TEXT NOT NULL, role TEXT NOT NULL,
  depth BIGINT NOT NULL,               -- steps from the address that was given
  next_fetch_us BIGINT NOT NULL,       -- moved on before each fetch; the largest number: never
  interval_us BIGINT NOT NULL,
  announced TEXT,                      -- the change a feed or sitemap tells of, in its own words
  etag TEXT, last_modified TEXT,
  content_hash TEXT,                   -- of the cleaned text, else of the body
  outcome TEXT,                        -- of the last look: changed, unchanged, gone, could_not_look, not_allowed
  why TEXT,                            -- what stood in the way of the last look
  looked_us BIGINT,
  failures BIGINT NOT NULL,            -- since the last look that worked
  changes BIGINT NOT NULL, looks BIGINT NOT NULL, lease BIGINT NOT NULL);
CREATE INDEX frontier_next ON frontier (host, next_fetch_us);
CREATE INDEX frontier_follow ON frontier (follow, role);

CREATE TABLE frontier_host (
  host TEXT PRIMARY KEY,
  next_us BIGINT NOT NULL,             -- a cache: the earliest next_fetch_us of its addresses
  ready_us BIGINT NOT NULL);           -- not before: one fetch at a time, and no sooner than it asks for
CREATE INDEX frontier_host_next ON frontier_host (next_us);

-- Delivering -----------------------------------------------------------------------------------
-- Jobs of one lane run one after the other; a job with a lane waits for somebody outside.
ALTER TABLE job ADD COLUMN lane TEXT;
CREATE INDEX job_lane ON job (lane, state);

CREATE TABLE endpoint (
  id TEXT PRIMARY KEY,
  failures BIGINT NOT NULL,            -- since the last delivery that worked
  failing_since_us BIGINT,             -- the first of them
  disabled_us BIGINT, why TEXT);       -- nothing is sent any more, and why
