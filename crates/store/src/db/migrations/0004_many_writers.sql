-- What only one writer kept true before: a second row that is open at the same time is refused, so
-- that of two works which collide one is told to try again.
CREATE UNIQUE INDEX judgement_open ON judgement (id) WHERE known_to_us IS NULL;
CREATE UNIQUE INDEX fact_open ON fact (entity, key, value) WHERE known_to_us IS NULL;
CREATE UNIQUE INDEX signal_open ON signal (id, run) WHERE known_to_us IS NULL;
CREATE UNIQUE INDEX score_open ON score (company, product) WHERE known_to_us IS NULL;

-- Work that one process does for all, while its lease lasts.
CREATE TABLE lease (name TEXT PRIMARY KEY, owner TEXT NOT NULL, until_us BIGINT NOT NULL);
