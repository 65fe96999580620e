-- Jobs of one series within a lane run one after the other, in the order of their turns; jobs of
-- different series may run at once. A job that is done keeps lease_until_us, the end of its last
-- lease, from which its retention counts.
ALTER TABLE job ADD COLUMN series TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;

-- Each begins with the state, although it is the same in every row: SQLite prefers an index with
-- more columns that are compared with one value.
CREATE INDEX job_ready ON job (state, kind, lane, run_at_us) WHERE state = 'ready';
CREATE INDEX job_series ON job (state, lane, series, turn) WHERE state = 'ready';
CREATE INDEX job_done ON job (state, lease_until_us) WHERE state = 'done';

-- Nothing is sent to the endpoint before this time.
ALTER TABLE endpoint ADD COLUMN held_until_us BIGINT;

-- When the action was offered to the channels, which happens once: the jobs of its deliveries, whose
-- keys say the same, are deleted after a while.
ALTER TABLE action ADD COLUMN offered_us BIGINT;
