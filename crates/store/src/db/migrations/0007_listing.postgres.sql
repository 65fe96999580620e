-- What lists are read from: a projection of signals and scores, which is rebuilt when it is missing.
-- A column …_desc holds the negative of its value, so that ascending order shows the greatest first.

CREATE TABLE listing_lead (
  company TEXT NOT NULL,
  product TEXT NOT NULL,               -- empty: the product with the company's highest score
  points_desc BIGINT NOT NULL,         -- the score, in hundredths of a point
  country TEXT, since_day BIGINT NOT NULL,
  is_actionable BIGINT NOT NULL,       -- 0 for a company that is known by name only
  PRIMARY KEY (company, product));
CREATE INDEX listing_lead_rank
  ON listing_lead (product, is_actionable, points_desc, company, since_day, country);

CREATE TABLE listing_signal (
  signal TEXT NOT NULL,                -- as shown: signals of one matter are one
  product TEXT NOT NULL,
  kind TEXT NOT NULL, country TEXT,
  start_desc BIGINT NOT NULL,
  points_desc BIGINT NOT NULL,         -- what the signal adds to the score
  score_desc BIGINT NOT NULL,          -- the company's score
  confidence BIGINT NOT NULL,
  PRIMARY KEY (signal, product));
-- Each holds all that its query filters by, so that no row is looked up for a row not shown.
CREATE INDEX listing_signal_newest ON listing_signal
  (product, start_desc, points_desc, score_desc, signal, kind, country, confidence);
CREATE INDEX listing_signal_score ON listing_signal
  (product, score_desc, points_desc, start_desc, signal, kind, country, confidence);
CREATE INDEX listing_signal_kind ON listing_signal
  (product, kind, country, start_desc, score_desc, confidence);
