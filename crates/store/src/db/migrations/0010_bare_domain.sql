-- Whether the site was given as a bare domain, so that its pages may be requested over http where
-- https cannot be connected: 0 or 1.
ALTER TABLE follow ADD COLUMN is_bare BIGINT NOT NULL DEFAULT 0;
