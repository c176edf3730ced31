-- name: backfill_insert
-- A new backfill.
INSERT INTO backfill
  (id, created_us, updated_us, deployment_id, schedule_id, start_us, end_us, mark_us, at_once, parameters)
VALUES
  (:id, :now_us, :now_us, :deployment_id, :schedule_id, :start_us, :end_us, :mark_us, :at_once, :parameters);

-- name: backfill_by_id
-- One backfill of a deployment.
SELECT * FROM backfill WHERE id = :id AND deployment_id = :deployment_id;

-- name: backfills_of
-- The backfills of a deployment, the newest first.
SELECT * FROM backfill WHERE deployment_id = :deployment_id ORDER BY created_us DESC, id DESC LIMIT 200;

-- name: backfill_set
-- Change columns of a backfill.
UPDATE backfill SET updated_us = :now_us{changes} WHERE id = :id;

-- name: backfills_running
-- The backfills that are going on, the oldest first.
SELECT * FROM backfill WHERE status = 'RUNNING' ORDER BY created_us LIMIT :limit;

-- name: open_runs
-- How many runs of a backfill have not ended.
SELECT count(*) AS found FROM flow_run
 WHERE backfill_id = :id AND state_type NOT IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED');

-- name: schedule_by_id
-- One schedule.
SELECT * FROM deployment_schedule WHERE id = :id;
