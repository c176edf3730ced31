-- name: run_insert
-- The run of a schedule at an instant; one that is there already (same key) stays.
INSERT INTO flow_run (
  id, created_us, updated_us, name, flow_id, deployment_id, deployment_version, work_queue_id, work_queue_name,
  parameters, tags, labels, idempotency_key, created_by, auto_scheduled, schedule_id, backfill_id,
  state_id, state_type, state_name, state_at_us, state_message, state_details,
  expected_start_us, next_scheduled_us
) VALUES (
  :id, :now_us, :now_us, :name, :flow_id, :deployment_id, :deployment_version, :work_queue_id, :work_queue_name,
  :parameters, :tags, :labels, :idempotency_key, :created_by, 1, :schedule_id, :backfill_id,
  :state_id, 'SCHEDULED', 'Scheduled', :now_us, 'Flow run scheduled', :state_details, :at_us, :at_us
) ON CONFLICT DO NOTHING;

-- name: state_insert
-- The first state of a run that was made just now; nothing for one that was there already.
INSERT INTO run_state (id, run_id, kind, type, name, at_us, message, details)
SELECT state_id, id, 'flow', state_type, state_name, state_at_us, state_message, state_details
  FROM flow_run
 WHERE id = :id;

-- name: keys_taken
-- Which of some idempotency keys the runs of a flow have.
SELECT idempotency_key FROM flow_run
 WHERE flow_id = :flow_id AND idempotency_key IN (SELECT value FROM json_each(:keys));
-- dialect: postgres
SELECT idempotency_key FROM flow_run
 WHERE flow_id = :flow_id AND idempotency_key IN (SELECT json_array_elements_text(:keys));

-- name: states_of_schedule_delete
-- Remove the histories of the runs of a schedule that nobody has begun.
DELETE FROM run_state
 WHERE run_id IN (SELECT id FROM flow_run
                   WHERE schedule_id = :schedule_id AND backfill_id IS NULL AND state_type = 'SCHEDULED'
                     AND state_name NOT IN ('AwaitingConcurrencySlot', 'AwaitingPrevious') AND run_count = 0
                     AND next_scheduled_us >= :from_us);

-- name: runs_of_schedule_delete
-- Remove the runs of a schedule that nobody has begun.
DELETE FROM flow_run
 WHERE schedule_id = :schedule_id AND backfill_id IS NULL AND state_type = 'SCHEDULED'
   AND state_name NOT IN ('AwaitingConcurrencySlot', 'AwaitingPrevious') AND run_count = 0
   AND next_scheduled_us >= :from_us;

-- name: states_of_waiting_delete
-- Remove the histories of all runs of a deployment that wait for their beginning.
DELETE FROM run_state
 WHERE run_id IN (SELECT id FROM flow_run
                   WHERE deployment_id = :deployment_id AND state_type = 'SCHEDULED' AND run_count = 0);

-- name: waiting_delete
-- Remove all runs of a deployment that wait for their beginning.
DELETE FROM flow_run WHERE deployment_id = :deployment_id AND state_type = 'SCHEDULED' AND run_count = 0;

-- name: run_of_deployment
-- What a run that was created for a deployment takes over from it.
UPDATE flow_run
   SET deployment_version = :deployment_version, work_queue_id = :work_queue_id, work_queue_name = :work_queue_name
 WHERE id = :id;

-- name: run_by_id
-- One flow run with all that is known of it.
SELECT flow_run.*, work_pool.id AS work_pool_id, work_pool.name AS work_pool_name
  FROM flow_run
  LEFT JOIN work_queue ON work_queue.id = flow_run.work_queue_id
  LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id
 WHERE flow_run.id = :id;

-- name: due_runs
-- The runs of some deployments that wait to be started, those that are due first at the front.
SELECT flow_run.*, work_pool.id AS work_pool_id, work_pool.name AS work_pool_name
  FROM flow_run
  LEFT JOIN work_queue ON work_queue.id = flow_run.work_queue_id
  LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id
 WHERE flow_run.deployment_id IN (SELECT value FROM json_each(:ids))
   AND flow_run.state_type = 'SCHEDULED' AND flow_run.next_scheduled_us <= :before_us
   AND flow_run.empirical_policy NOT LIKE '%"retry_type":_"in_process"%' AND flow_run.empirical_policy NOT LIKE '%"retry_type":"in_process"%'
 ORDER BY flow_run.next_scheduled_us, flow_run.id
 LIMIT :limit;
-- dialect: postgres
SELECT flow_run.*, work_pool.id AS work_pool_id, work_pool.name AS work_pool_name
  FROM flow_run
  LEFT JOIN work_queue ON work_queue.id = flow_run.work_queue_id
  LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id
 WHERE flow_run.deployment_id IN (SELECT json_array_elements_text(:ids))
   AND flow_run.state_type = 'SCHEDULED' AND flow_run.next_scheduled_us <= :before_us
   AND flow_run.empirical_policy NOT LIKE '%"retry_type":_"in_process"%' AND flow_run.empirical_policy NOT LIKE '%"retry_type":"in_process"%'
 ORDER BY flow_run.next_scheduled_us, flow_run.id
 LIMIT :limit;

-- name: polled_before
-- Of some deployments those that were last asked for before an instant, or never.
SELECT id, name, flow_id, status FROM deployment
 WHERE id IN (SELECT value FROM json_each(:ids))
   AND (status <> 'READY' OR last_polled_us IS NULL OR last_polled_us < :before_us)
 ORDER BY id;
-- dialect: postgres
SELECT id, name, flow_id, status FROM deployment
 WHERE id IN (SELECT json_array_elements_text(:ids))
   AND (status <> 'READY' OR last_polled_us IS NULL OR last_polled_us < :before_us)
 ORDER BY id;

-- name: deployment_polled
-- Somebody asks for the runs of a deployment; this is no change of it.
UPDATE deployment SET last_polled_us = :now_us, status = 'READY' WHERE id = :id;

-- name: deployment_not_ready
-- Nobody asks for the runs of a deployment any more; this is no change of it.
UPDATE deployment SET status = 'NOT_READY' WHERE id = :id AND status = 'READY';

-- name: schedules_to_plan
-- The schedules that are to be planned by now, those that are so for the longest time first.
SELECT * FROM deployment_schedule WHERE plan_us <= :now_us ORDER BY plan_us LIMIT :limit;

-- name: next_to_plan
-- When the next schedule is to be planned.
SELECT min(plan_us) AS plan_us FROM deployment_schedule WHERE plan_us IS NOT NULL;

-- name: deployments_to_plan
-- What the runs of some deployments are made from.
SELECT id, name, flow_id, version, paused, parameters, tags, labels, work_queue_id, work_queue_name
  FROM deployment
 WHERE id IN (SELECT value FROM json_each(:ids));
-- dialect: postgres
SELECT id, name, flow_id, version, paused, parameters, tags, labels, work_queue_id, work_queue_name
  FROM deployment
 WHERE id IN (SELECT json_array_elements_text(:ids));

-- name: schedule_planned
-- How far a schedule is planned; this is no change of it.
UPDATE deployment_schedule SET mark_us = :mark_us, plan_us = :plan_us WHERE id = :id;
