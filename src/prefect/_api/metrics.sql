-- name: flow_runs_by_state
-- How many flow runs there are of each type of state.
SELECT state_type, COUNT(*) AS found FROM flow_run GROUP BY state_type;

-- name: due
-- How many scheduled flow runs are due, and since when the first of them is.
SELECT COUNT(*) AS found, MIN(next_scheduled_us) AS oldest_us FROM flow_run
 WHERE state_type = 'SCHEDULED' AND next_scheduled_us <= :now_us;

-- name: newest
-- The number of the newest entry in the log of what happened.
SELECT COALESCE(MAX(seq), 0) AS seq FROM outbox;

-- name: topics_after
-- How often each thing happened after an entry.
SELECT topic, COUNT(*) AS found, MAX(seq) AS seq FROM outbox WHERE seq > :after GROUP BY topic;
