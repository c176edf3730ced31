-- name: flow_run_to_move
-- What a decision about a flow run looks at.
SELECT id, name, flow_id, deployment_id, infrastructure_pid, empirical_policy, parent_task_run_id, run_count,
       expected_start_us, next_scheduled_us, start_us, end_us, total_run_us, owner, attempt, lease_until_us,
       state_id, state_type, state_name, state_at_us, state_message, state_details, state_data
  FROM flow_run
 WHERE id = :id;

-- name: task_run_to_move
-- What a decision about a task run looks at.
SELECT id, name, flow_run_id, empirical_policy, tags, run_count, flow_run_run_count,
       expected_start_us, next_scheduled_us, start_us, end_us, total_run_us, owner,
       state_id, state_type, state_name, state_at_us, state_message, state_details, state_data
  FROM task_run
 WHERE id = :id;

-- name: flow_run_enters
-- Put a flow run into a state, with what else changes on it.
UPDATE flow_run
   SET updated_us = :now_us, state_id = :state_id, state_type = :state_type, state_name = :state_name,
       state_at_us = :state_at_us, state_message = :state_message, state_details = :state_details,
       state_data = :state_data{changes}
 WHERE id = :id;

-- name: task_run_enters
-- Put a task run into a state, with what else changes on it.
UPDATE task_run
   SET updated_us = :now_us, state_id = :state_id, state_type = :state_type, state_name = :state_name,
       state_at_us = :state_at_us, state_message = :state_message, state_details = :state_details,
       state_data = :state_data{changes}
 WHERE id = :id;

-- name: state_insert
-- Keep a state in the history of its run.
INSERT INTO run_state (id, run_id, kind, type, name, at_us, message, details, data)
VALUES (:state_id, :run_id, :kind, :state_type, :state_name, :state_at_us, :state_message, :state_details,
        :state_data);

-- name: state_of_flow_run
-- The state and the run count of the flow run around a task run.
SELECT run_count, state_id, state_type, state_name, state_at_us, state_message, state_details, state_data
  FROM flow_run
 WHERE id = :id;

-- name: cached_state
-- The newest completed state that is still good under a cache key.
SELECT state_id, state_type, state_name, state_at_us, state_message, state_details, state_data
  FROM task_run
 WHERE cache_key = :key AND state_type = 'COMPLETED'
   AND (cache_expiration_us IS NULL OR cache_expiration_us > :now_us)
 ORDER BY state_at_us DESC
 LIMIT 1;

-- name: task_run_cache_key
-- Enter the state of a task run under a cache key.
UPDATE task_run SET cache_key = :key, cache_expiration_us = :expiration_us WHERE id = :id;

-- name: overlap_of_run
-- The schedule of a run, if it does not let its runs overlap; runs of backfills are not among them.
SELECT deployment_schedule.id, deployment_schedule.overlap
  FROM flow_run JOIN deployment_schedule ON deployment_schedule.id = flow_run.schedule_id
 WHERE flow_run.id = :id AND flow_run.backfill_id IS NULL AND deployment_schedule.overlap <> 'allow';

-- name: open_runs_of_schedule
-- The runs of a schedule that have begun and not ended.
SELECT id FROM flow_run
 WHERE schedule_id = :schedule_id AND state_type IN ('PENDING', 'RUNNING', 'PAUSED', 'CANCELLING')
   AND backfill_id IS NULL AND id <> :id
 ORDER BY id;
