-- Reading stored pages again by the rules of today. A run's rows stay beside those that answers are
-- made from until it is promoted or discarded; then only the run itself is kept.
CREATE TABLE reread_run (
  id TEXT PRIMARY KEY,
  rules TEXT NOT NULL,                 -- the release and packs that read; others begin anew
  since_us BIGINT NOT NULL,            -- captures observed earlier are left out
  owner TEXT NOT NULL,                 -- the entity whose pages are read; empty: all
  state TEXT NOT NULL,                 -- reading, ready, joining, replacing, waking, promoted, discarded
  after TEXT NOT NULL,                 -- the last row that the present state has passed
  pages BIGINT NOT NULL, differing BIGINT NOT NULL,
  expired BIGINT NOT NULL, unreadable BIGINT NOT NULL,
  begun_us BIGINT NOT NULL, ended_us BIGINT);
CREATE INDEX reread_run_state ON reread_run (state);

-- A capture whose reading differs from the stored one.
CREATE TABLE reread_page (
  run TEXT NOT NULL, raw TEXT NOT NULL, reading TEXT NOT NULL,
  PRIMARY KEY (run, raw));

-- The entities of both readings of such a capture.
CREATE TABLE reread_entity (
  run TEXT NOT NULL, entity TEXT NOT NULL, raw TEXT NOT NULL,
  entity_key TEXT,                     -- if the new reading names it
  former TEXT,                         -- the entity that the same words named before
  PRIMARY KEY (run, entity, raw));
CREATE INDEX reread_entity_raw ON reread_entity (run, raw);
CREATE INDEX reread_entity_former ON reread_entity (run, former) WHERE former IS NOT NULL;

CREATE INDEX page_look_raw ON page_look (raw);

-- The action that this one stands for: what was done for a signal is not done again for the signal
-- that the same pages give now.
ALTER TABLE action ADD COLUMN inherited TEXT;
CREATE INDEX action_inherited ON action (inherited) WHERE inherited IS NOT NULL;
