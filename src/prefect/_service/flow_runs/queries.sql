-- name: flow_run_by_id
-- One flow run with all that is known of it.
SELECT flow_run.*, work_pool.id AS work_pool_id, work_pool.name AS work_pool_name, work_queue.name AS queue_name
  FROM flow_run
  LEFT JOIN work_queue ON work_queue.id = flow_run.work_queue_id
  LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id
 WHERE flow_run.id = :id;

-- name: flow_run_by_key
-- The flow run that was created under an idempotency key.
SELECT * FROM flow_run WHERE flow_id = :flow_id AND idempotency_key = :idempotency_key;

-- name: flow_run_insert
-- A new flow run in its first state; one that exists already (same id or idempotency key) stays.
INSERT INTO flow_run (
  id, created_us, updated_us, name, flow_id, flow_version, deployment_id, work_queue_id, work_queue_name, parameters, context,
  empirical_policy, tags, labels, idempotency_key, job_variables, parent_task_run_id,
  state_id, state_type, state_name, state_at_us, state_message, state_details, state_data,
  run_count, expected_start_us, next_scheduled_us, start_us, end_us, owner, attempt, lease_until_us
) VALUES (
  :id, :now_us, :now_us, :name, :flow_id, :flow_version, :deployment_id, :work_queue_id, :work_queue_name, :parameters, :context,
  :empirical_policy, :tags, :labels, :idempotency_key, :job_variables, :parent_task_run_id,
  :state_id, :state_type, :state_name, :state_at_us, :state_message, :state_details, :state_data,
  :run_count, :expected_start_us, :next_scheduled_us, :start_us, :end_us, :owner, :attempt, :lease_until_us
) ON CONFLICT DO NOTHING;

-- name: flow_run_set
-- Change columns of a flow run.
UPDATE flow_run SET updated_us = :now_us{changes} WHERE id = :id;

-- name: flow_run_labels
-- What a change of the labels starts from.
SELECT labels FROM flow_run WHERE id = :id;

-- name: flow_run_filter
-- A page of flow runs.
SELECT flow_run.*, work_pool.id AS work_pool_id, work_pool.name AS work_pool_name, work_queue.name AS queue_name
  FROM flow_run{by}
  LEFT JOIN work_queue ON work_queue.id = flow_run.work_queue_id
  LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id
 WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset;

-- name: flow_run_count
-- How many flow runs there are.
SELECT count(*) AS found FROM flow_run WHERE {where};

-- name: flow_run_delete
-- Remove a flow run.
DELETE FROM flow_run WHERE id = :id;

-- name: states_of_task_runs_delete
-- Remove the histories of the task runs of a flow run.
DELETE FROM run_state WHERE run_id IN (SELECT id FROM task_run WHERE flow_run_id = :id);

-- name: states_delete
-- Remove the history of a flow run.
DELETE FROM run_state WHERE run_id = :id;

-- name: task_runs_delete
-- Remove the task runs of a flow run.
DELETE FROM task_run WHERE flow_run_id = :id;

-- name: logs_delete
-- Remove what a flow run and its task runs logged.
DELETE FROM log WHERE flow_run_id = :id;

-- name: leases_held
-- The leases under which a flow run and its task runs hold slots.
SELECT * FROM concurrency_lease
 WHERE holder_id = :id OR holder_id IN (SELECT task_run.id FROM task_run WHERE task_run.flow_run_id = :id);

-- name: artifacts_made
-- The artifacts of a flow run and its task runs.
SELECT id FROM artifact WHERE flow_run_id = :id;

-- name: paused_flow_runs
-- The flow runs that are paused or suspended.
SELECT id, state_id, state_type, state_name, state_at_us, state_message, state_details, state_data
  FROM flow_run
 WHERE state_type = 'PAUSED';

-- name: claims
-- The owners of flow runs that somebody has claimed, with the first end of their leases.
SELECT owner, min(lease_until_us) AS lease_until_us FROM flow_run WHERE lease_until_us IS NOT NULL GROUP BY owner;

-- name: claimed_flow_runs
-- The flow runs that an owner has claimed.
SELECT id, deployment_id, owner, attempt, lease_until_us,
       state_id, state_type, state_name, state_at_us, state_message, state_details, state_data
  FROM flow_run
 WHERE lease_until_us IS NOT NULL AND owner = :owner;

-- name: open_task_runs
-- The task runs of a flow run that have not ended. What is not ready is not going to run, and stays that.
SELECT id, flow_run_id, owner,
       state_id, state_type, state_name, state_at_us, state_message, state_details, state_data
  FROM task_run
 WHERE flow_run_id = :flow_run_id AND state_type NOT IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')
   AND state_name <> 'NotReady';

-- name: task_run_owners
-- The owners of task runs; a task run that ended has none.
SELECT DISTINCT owner FROM task_run WHERE owner IS NOT NULL;

-- name: abandoned_task_runs
-- The task runs of an owner that no flow run takes with it: outside of flow runs, or inside of ended ones.
SELECT task_run.id, flow_run_id, task_run.owner, task_run.state_id, task_run.state_type, task_run.state_name,
       task_run.state_at_us, task_run.state_message, task_run.state_details, task_run.state_data
  FROM task_run LEFT JOIN flow_run ON flow_run.id = flow_run_id
 WHERE task_run.owner = :owner
   AND (flow_run_id IS NULL OR flow_run.state_type IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'));
