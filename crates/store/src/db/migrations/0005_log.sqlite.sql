-- The embedded log: rows in the same file as the state, so that one fsync serves both. A data folder
-- that was begun before this migration has the tables already, made when its log was opened.
CREATE TABLE IF NOT EXISTS log_partition (
  topic TEXT NOT NULL, partition BIGINT NOT NULL,
  first_position BIGINT NOT NULL, next_position BIGINT NOT NULL,
  PRIMARY KEY (topic, partition)) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS log_record (
  topic TEXT NOT NULL, partition BIGINT NOT NULL, position BIGINT NOT NULL,
  key TEXT NOT NULL, producer TEXT NOT NULL, generation BIGINT NOT NULL,
  number BIGINT NOT NULL, event_us BIGINT NOT NULL, payload TEXT NOT NULL,
  PRIMARY KEY (topic, partition, position)) WITHOUT ROWID;
