-- name: events_delete
-- Remove the oldest events that happened before an instant, a batch of them.
DELETE FROM event WHERE id IN
  (SELECT id FROM event WHERE occurred_us < :before_us ORDER BY occurred_us LIMIT :batch);

-- name: events_of_kind_delete
-- Remove the oldest events of one name that happened before an instant, a batch of them.
DELETE FROM event WHERE id IN
  (SELECT id FROM event WHERE occurred_us < :before_us AND event = :event ORDER BY occurred_us LIMIT :batch);

-- name: entries_delete
-- Remove the oldest entries of the log of what happened, a batch of those before an instant.
DELETE FROM outbox WHERE at_us < :before_us AND seq IN (SELECT seq FROM outbox ORDER BY seq LIMIT :batch);

-- name: lines_delete
-- Remove the oldest lines that were logged before an instant, a batch of them; ids sort by time.
DELETE FROM log WHERE id IN
  (SELECT id FROM log WHERE id < :before_id AND at_us < :before_us ORDER BY id LIMIT :batch);

-- name: tokens_delete
-- Remove the tokens of browsers that are over.
DELETE FROM csrf_token WHERE expires_us < :now_us;

-- name: runs_over
-- Flow runs that ended before an instant and are part of no flow run that is still kept, the oldest first.
SELECT id FROM flow_run
 WHERE state_type IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')
   AND coalesce(start_us, expected_start_us) < :before_us
   AND end_us < :before_us
   AND (parent_task_run_id IS NULL
        OR NOT EXISTS (SELECT 1 FROM task_run WHERE task_run.id = flow_run.parent_task_run_id))
 ORDER BY coalesce(start_us, expected_start_us)
 LIMIT :batch;

-- name: task_runs_of
-- Task runs of a flow run, a batch of them.
SELECT id FROM task_run WHERE flow_run_id = :id LIMIT :batch;

-- name: states_of_task_delete
-- Remove the history of a task run.
DELETE FROM run_state WHERE run_id = :id;

-- name: task_run_delete
-- Remove a task run.
DELETE FROM task_run WHERE id = :id;

-- name: lines_of_run_delete
-- Remove what a flow run and its tasks logged, a batch of it.
DELETE FROM log WHERE id IN (SELECT id FROM log WHERE flow_run_id = :id LIMIT :batch);

-- name: artifacts_of_run
-- Artifacts of a flow run, a batch of them.
SELECT id FROM artifact WHERE flow_run_id = :id LIMIT :batch;
