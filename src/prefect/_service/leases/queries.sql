-- name: holds_leases
-- Whether a process holds flow runs under a lease.
SELECT 1 AS found FROM flow_run WHERE owner = :owner AND lease_until_us IS NOT NULL LIMIT 1;

-- name: leases_renew
-- Move the end of all leases of one process.
UPDATE flow_run SET lease_until_us = :until_us WHERE owner = :owner AND lease_until_us IS NOT NULL;

-- name: held_by_others
-- Whether processes other than one hold runs.
SELECT 1 AS found FROM flow_run WHERE lease_until_us IS NOT NULL AND (owner < :owner OR owner > :owner)
UNION ALL
SELECT 1 FROM task_run WHERE owner < :owner OR owner > :owner
LIMIT 1;

-- name: slots_are_held_by_others
-- Whether slots of concurrency limits are held by other processes, or beyond their time.
SELECT 1 AS found FROM concurrency_lease WHERE expires_us <= :now_us
UNION ALL
SELECT 1 FROM concurrency_lease WHERE owner < :owner OR owner > :owner
UNION ALL
SELECT 1 FROM concurrency_waiter
LIMIT 1;

-- name: watch
-- Since when lapsed leases are looked for, and when that was done last.
SELECT since_us, seen_us FROM lease_watch WHERE id = 1;

-- name: watch_put
-- They were looked for now.
INSERT INTO lease_watch (id, since_us, seen_us) VALUES (1, :since_us, :now_us)
ON CONFLICT (id) DO UPDATE SET since_us = excluded.since_us, seen_us = excluded.seen_us;

-- name: leases_shortened
-- No lease is longer than one from now on: those that are were given by a clock that was ahead.
UPDATE flow_run SET lease_until_us = :until_us WHERE lease_until_us > :until_us;

-- name: cancelling
-- The flow runs of a process that somebody has asked to cancel.
SELECT id FROM flow_run WHERE owner = :owner AND lease_until_us IS NOT NULL AND state_type = 'CANCELLING';
