-- name: cancelled_parents
-- Cancelled flow runs whose children were not looked after yet.
SELECT id, state_at_us FROM flow_run WHERE children_due = 1 ORDER BY state_at_us LIMIT :limit;

-- name: open_subflows
-- The subflows of a flow run that have not ended and are not being cancelled.
SELECT flow_run.id, flow_run.deployment_id
  FROM flow_run JOIN task_run ON task_run.id = flow_run.parent_task_run_id
 WHERE task_run.flow_run_id = :id
   AND flow_run.state_type NOT IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED', 'CANCELLING');

-- name: open_task_runs
-- The task runs of a flow run that have not ended.
SELECT id FROM task_run
 WHERE flow_run_id = :id AND state_type NOT IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')
 LIMIT :limit;

-- name: children_done
-- The children of a flow run were looked after.
UPDATE flow_run SET children_due = 0 WHERE id = :id;

-- name: cancelling
-- The flow runs that are being cancelled for the longest time.
SELECT flow_run.id, flow_run.state_at_us, flow_run.infrastructure_pid, flow_run.work_queue_id,
       work_queue.work_pool_id, work_pool.type AS work_pool_type
  FROM flow_run
  LEFT JOIN work_queue ON work_queue.id = flow_run.work_queue_id
  LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id
 WHERE flow_run.state_type = 'CANCELLING'
 ORDER BY flow_run.state_at_us
 LIMIT :limit;
