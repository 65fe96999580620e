-- What the server needs: who may ask it, and what latency is measured from.

CREATE TABLE token (
  hash TEXT PRIMARY KEY,               -- of the token, keyed with the installation's secret
  name TEXT NOT NULL UNIQUE,
  created_us BIGINT NOT NULL, used_us BIGINT, revoked_us BIGINT);

-- When a delivery was taken in, by the machine's clock; nothing for what was kept before.
ALTER TABLE raw ADD COLUMN taken_us BIGINT;
