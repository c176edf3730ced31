-- name: put
-- Set a key.
INSERT INTO configuration (key, value) VALUES (:key, :value);

-- name: all
-- All keys, in order.
SELECT key, value FROM configuration ORDER BY key;

-- name: value
-- The value of a key.
SELECT value FROM configuration WHERE key = :key;

-- name: some
-- Keys that a condition selects.
SELECT key FROM configuration WHERE {where} ORDER BY key;

-- name: state_types
-- What is known of a task run's states, oldest first.
SELECT type FROM run_state WHERE run_id = :id ORDER BY at_us;

-- name: task_run
-- A task run.
SELECT * FROM task_run WHERE id = :id;

-- name: task_runs
-- How many task runs there are.
SELECT count(*) AS found FROM task_run;

-- name: topics
-- The log of what happened.
SELECT topic, subject, body FROM outbox ORDER BY seq;

-- name: messages
-- What was logged, in the order of writing.
SELECT message FROM log ORDER BY rowid;
-- dialect: postgres
SELECT message FROM log ORDER BY ctid;
