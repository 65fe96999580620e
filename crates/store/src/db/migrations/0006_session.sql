-- Logins of browsers. A browser's cookie names a session, which expires and can be revoked, and never
-- holds the token itself.

CREATE TABLE session (
  id TEXT PRIMARY KEY,                 -- hash of the cookie's secret, keyed with the installation's
  token TEXT NOT NULL,                 -- the hash of the token that opened it; the session ends with it
  person TEXT,                         -- the person who logged in; always null, as there are only tokens yet
  created_us BIGINT NOT NULL, used_us BIGINT NOT NULL,
  expires_us BIGINT NOT NULL,          -- moved on by use, up to a limit since created_us
  revoked_us BIGINT);
CREATE INDEX session_token ON session (token);
CREATE INDEX session_expires ON session (expires_us);
