-- The log of what happened. Transactions commit in parallel, so numbers that are dealt out one by one would
-- not come in the order of commits, and who remembers the last number seen would miss what commits later with
-- a lower one. So a number begins with that of its transaction, and the view shows an entry only when no
-- transaction with a lower one can still commit. %(base)s moves all numbers up: see `place`.

CREATE TABLE IF NOT EXISTS outbox_entry (
  seq BIGINT PRIMARY KEY,
  at_us BIGINT NOT NULL,
  topic TEXT COLLATE "C" NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  body TEXT COLLATE "C"
);

CREATE OR REPLACE FUNCTION outbox_number() RETURNS BIGINT LANGUAGE plpgsql VOLATILE AS $body$
DECLARE
  place BIGINT := coalesce(nullif(current_setting('prefect.place', true), ''), '0')::BIGINT;
BEGIN
  IF place >= 1048576 THEN
    RAISE EXCEPTION 'too many entries in one transaction';
  END IF;
  PERFORM set_config('prefect.place', (place + 1)::TEXT, true);
  RETURN (pg_current_xact_id()::TEXT::BIGINT << 20) + place + %(base)s;
END
$body$;

CREATE OR REPLACE FUNCTION outbox_edge() RETURNS BIGINT LANGUAGE sql STABLE AS $body$
  SELECT (pg_snapshot_xmin(pg_current_snapshot())::TEXT::BIGINT << 20) + %(base)s
$body$;

ALTER TABLE outbox_entry ALTER COLUMN seq SET DEFAULT outbox_number();

CREATE OR REPLACE VIEW outbox AS SELECT seq, at_us, topic, subject, body FROM outbox_entry WHERE seq < outbox_edge();
