-- The journey's state. Ids are hexadecimal text, times are microseconds (…_us) or days (…_day)
-- since 1970, structures are JSON text: the same text serves every engine.

-- How far each stage has come ------------------------------------------------------------------
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE consumer (
  stage TEXT NOT NULL, partition BIGINT NOT NULL,
  position BIGINT NOT NULL,            -- the next record to process
  epoch BIGINT NOT NULL,               -- raised when the partition is taken; older ones are refused
  takeovers BIGINT NOT NULL,           -- taken this often since the last commit
  PRIMARY KEY (stage, partition));

CREATE TABLE producer_seen (
  stage TEXT NOT NULL, partition BIGINT NOT NULL, producer TEXT NOT NULL,
  generation BIGINT NOT NULL, number BIGINT NOT NULL,
  PRIMARY KEY (stage, partition, producer));

CREATE TABLE attempt (
  stage TEXT NOT NULL, partition BIGINT NOT NULL, position BIGINT NOT NULL, attempts BIGINT NOT NULL,
  PRIMARY KEY (stage, partition, position));

CREATE TABLE producer (name TEXT PRIMARY KEY, generation BIGINT NOT NULL, next_number BIGINT NOT NULL);

CREATE TABLE outbox (
  producer TEXT NOT NULL, number BIGINT NOT NULL, generation BIGINT NOT NULL,
  topic TEXT NOT NULL, key TEXT NOT NULL, event_us BIGINT NOT NULL, payload TEXT NOT NULL,
  PRIMARY KEY (producer, number));

CREATE TABLE job (
  unique_key TEXT PRIMARY KEY, kind TEXT NOT NULL, payload TEXT NOT NULL, cause TEXT NOT NULL,
  state TEXT NOT NULL,                 -- ready, running, done, dead
  run_at_us BIGINT NOT NULL, attempts BIGINT NOT NULL, max_attempts BIGINT NOT NULL,
  lease_until_us BIGINT, lease BIGINT NOT NULL, last_error TEXT);
CREATE INDEX job_due ON job (state, run_at_us);

CREATE TABLE counter (name TEXT PRIMARY KEY, total BIGINT NOT NULL);

-- What was taken in and read -------------------------------------------------------------------
CREATE TABLE raw (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, url TEXT NOT NULL, owner TEXT NOT NULL,
  segment TEXT NOT NULL, start BIGINT NOT NULL, length BIGINT NOT NULL, stored TEXT NOT NULL,
  snapshot_hash TEXT NOT NULL, observed_us BIGINT NOT NULL);
CREATE INDEX raw_segment ON raw (segment);

CREATE TABLE cleaned_text (
  text_hash TEXT PRIMARY KEY,
  segment TEXT NOT NULL, start BIGINT NOT NULL, length BIGINT NOT NULL, stored TEXT NOT NULL);

CREATE TABLE page_look (
  id TEXT PRIMARY KEY, event TEXT NOT NULL, owner TEXT NOT NULL, url TEXT NOT NULL,
  observed_us BIGINT NOT NULL, outcome TEXT NOT NULL, published_day BIGINT,
  text_hash TEXT NOT NULL, snapshot_hash TEXT NOT NULL, raw TEXT NOT NULL,
  simhash BIGINT NOT NULL, lang TEXT, title TEXT);
CREATE INDEX page_look_url ON page_look (url, observed_us);
CREATE INDEX page_look_owner ON page_look (owner, observed_us);

CREATE TABLE claim_look (
  id TEXT PRIMARY KEY, page TEXT NOT NULL, event TEXT NOT NULL, entity TEXT NOT NULL,
  entity_key TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, slots TEXT NOT NULL,
  occurred_day BIGINT NOT NULL, dated BIGINT NOT NULL, stage TEXT NOT NULL,
  confidence BIGINT NOT NULL, matcher TEXT NOT NULL,
  span_start BIGINT NOT NULL, span_end BIGINT NOT NULL, quote TEXT NOT NULL);
CREATE INDEX claim_look_entity ON claim_look (entity, occurred_day);
CREATE INDEX claim_look_page ON claim_look (page);

-- Who is who -----------------------------------------------------------------------------------
CREATE TABLE entity (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL,
  company TEXT NOT NULL);              -- a cache: the id of the company it is part of at present
CREATE INDEX entity_company ON entity (company);
CREATE INDEX entity_key ON entity (kind, value);

CREATE TABLE block_key (key TEXT NOT NULL, entity TEXT NOT NULL, PRIMARY KEY (key, entity));
CREATE INDEX block_key_entity ON block_key (entity);

CREATE TABLE judgement (
  id TEXT NOT NULL, left_entity TEXT NOT NULL, right_entity TEXT NOT NULL, verdict TEXT NOT NULL,
  confidence BIGINT NOT NULL, reasons TEXT NOT NULL, judged_by TEXT NOT NULL,
  known_from_us BIGINT NOT NULL, known_to_us BIGINT,
  PRIMARY KEY (id, known_from_us));
CREATE INDEX judgement_left ON judgement (left_entity);
CREATE INDEX judgement_right ON judgement (right_entity);

CREATE TABLE fact (
  entity TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, look TEXT, observed_us BIGINT NOT NULL,
  known_from_us BIGINT NOT NULL, known_to_us BIGINT,
  PRIMARY KEY (entity, key, value, known_from_us));

-- What happened, and what it is worth ----------------------------------------------------------
CREATE TABLE signal (
  id TEXT NOT NULL, run TEXT NOT NULL, entity TEXT NOT NULL, kind TEXT NOT NULL,
  confidence BIGINT NOT NULL, start_day BIGINT NOT NULL, body TEXT NOT NULL,
  known_from_us BIGINT NOT NULL, known_to_us BIGINT,
  PRIMARY KEY (id, run, known_from_us));
CREATE INDEX signal_entity ON signal (entity, run);

CREATE TABLE evidence (
  signal TEXT NOT NULL, run TEXT NOT NULL, known_from_us BIGINT NOT NULL, number BIGINT NOT NULL,
  look TEXT NOT NULL, url TEXT NOT NULL, snapshot_hash TEXT NOT NULL, text_hash TEXT NOT NULL,
  span_start BIGINT NOT NULL, span_end BIGINT NOT NULL, quote TEXT NOT NULL,
  observed_us BIGINT NOT NULL, seal TEXT NOT NULL,
  PRIMARY KEY (signal, run, known_from_us, number));

CREATE TABLE company_review (company TEXT PRIMARY KEY, review_on_day BIGINT NOT NULL);
CREATE INDEX company_review_day ON company_review (review_on_day);

CREATE TABLE score (
  company TEXT NOT NULL, product TEXT NOT NULL, card TEXT NOT NULL,
  points BIGINT NOT NULL,              -- a cache to sort by: hundredths on the day it was computed
  known_from_us BIGINT NOT NULL, known_to_us BIGINT,
  PRIMARY KEY (company, product, known_from_us));

CREATE TABLE ledger (
  company TEXT NOT NULL, product TEXT NOT NULL, at_us BIGINT NOT NULL, number BIGINT NOT NULL,
  cause TEXT NOT NULL, delta BIGINT NOT NULL,
  PRIMARY KEY (company, product, at_us, number));

CREATE TABLE action (
  id TEXT PRIMARY KEY, signal TEXT NOT NULL, company TEXT NOT NULL, product TEXT NOT NULL,
  channel TEXT NOT NULL, status TEXT NOT NULL, created_us BIGINT NOT NULL);

CREATE TABLE feedback (
  signal TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL, value DOUBLE PRECISION,
  ts_us BIGINT NOT NULL, PRIMARY KEY (signal, ts_us));

-- What the team told us ------------------------------------------------------------------------
CREATE TABLE product (id TEXT PRIMARY KEY, position BIGINT NOT NULL, body TEXT NOT NULL);
CREATE TABLE account (entity TEXT PRIMARY KEY, body TEXT NOT NULL);
