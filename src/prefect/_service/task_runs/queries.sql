-- name: task_run_by_id
-- One task run with all that is known of it.
SELECT * FROM task_run WHERE id = :id;

-- name: task_run_by_key
-- The run of a task in a flow run under a dynamic key.
SELECT * FROM task_run
 WHERE flow_run_id = :flow_run_id AND task_key = :task_key AND dynamic_key = :dynamic_key;

-- name: lone_task_run_by_key
-- The run of a task outside of flow runs under a dynamic key.
SELECT * FROM task_run WHERE flow_run_id IS NULL AND task_key = :task_key AND dynamic_key = :dynamic_key LIMIT 1;

-- name: task_run_insert
-- A new task run in its first state; one that exists already (same id or keys) stays.
INSERT INTO task_run (
  id, created_us, updated_us, name, flow_run_id, task_key, dynamic_key, task_version, cache_key,
  cache_expiration_us, empirical_policy, task_inputs, tags, labels, flow_run_run_count, run_count,
  expected_start_us, next_scheduled_us, start_us, end_us, owner,
  state_id, state_type, state_name, state_at_us, state_message, state_details, state_data
) VALUES (
  :id, :now_us, :now_us, :name, :flow_run_id, :task_key, :dynamic_key, :task_version, :cache_key,
  :cache_expiration_us, :empirical_policy, :task_inputs, :tags, :labels, :flow_run_run_count, :run_count,
  :expected_start_us, :next_scheduled_us, :start_us, :end_us, :owner,
  :state_id, :state_type, :state_name, :state_at_us, :state_message, :state_details, :state_data
) ON CONFLICT DO NOTHING;

-- name: task_run_rename
-- Give a task run another name.
UPDATE task_run SET name = :name, updated_us = :now_us WHERE id = :id;

-- name: task_run_filter
-- A page of task runs.
SELECT * FROM task_run{by} WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset;

-- name: task_run_count
-- How many task runs there are.
SELECT count(*) AS found FROM task_run WHERE {where};

-- name: task_run_delete
-- Remove a task run.
DELETE FROM task_run WHERE id = :id;

-- name: states_delete
-- Remove the history of a task run.
DELETE FROM run_state WHERE run_id = :id;

-- name: logs_delete
-- Remove what a task run logged.
DELETE FROM log WHERE task_run_id = :id;

-- name: flow_of_run
-- The flow that a flow run is of.
SELECT flow_id FROM flow_run WHERE id = :id;
