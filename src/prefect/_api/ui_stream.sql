-- name: newest
-- The number of the newest entry in the log of what happened.
SELECT seq FROM outbox ORDER BY seq DESC LIMIT 1;

-- name: entries
-- The entries after one.
SELECT seq, topic, subject FROM outbox WHERE seq > :after ORDER BY seq LIMIT :limit;

-- name: since
-- The newest entries that are no older than an instant.
SELECT seq, topic, subject
  FROM (SELECT seq, at_us, topic, subject FROM outbox ORDER BY seq DESC LIMIT :limit) AS newest
 WHERE at_us >= :since_us
 ORDER BY seq;

-- name: runs
-- The flow runs of a JSON list of ids, as they are now.
SELECT id, state_type, state_name, state_at_us, start_us, end_us, total_run_us
  FROM flow_run
 WHERE id IN (SELECT value FROM json_each(:ids));

-- name: runs_of_tasks
-- The flow runs that the task runs of a JSON list of ids are in, with how many of those each has.
SELECT flow_run_id, count(*) AS found
  FROM task_run
 WHERE id IN (SELECT value FROM json_each(:ids)) AND flow_run_id IS NOT NULL
 GROUP BY flow_run_id;

-- name: newest_line
-- The newest line of the log of a flow run.
SELECT id FROM log WHERE flow_run_id = :id ORDER BY at_us DESC, id DESC LIMIT 1;
