-- name: queue_by_id
-- One queue with the name of its pool and the number of its runs that take slots.
SELECT work_queue.*, work_pool.name AS work_pool_name,
       (SELECT count(*) FROM flow_run
         WHERE flow_run.work_queue_id = work_queue.id
           AND flow_run.state_type IN ('PENDING', 'RUNNING', 'CANCELLING')) AS active_slots
  FROM work_queue JOIN work_pool ON work_pool.id = work_queue.work_pool_id
 WHERE work_queue.id = :id;

-- name: queue_by_names
-- One queue, by its name and that of its pool.
SELECT work_queue.*, work_pool.name AS work_pool_name,
       (SELECT count(*) FROM flow_run
         WHERE flow_run.work_queue_id = work_queue.id
           AND flow_run.state_type IN ('PENDING', 'RUNNING', 'CANCELLING')) AS active_slots
  FROM work_queue JOIN work_pool ON work_pool.id = work_queue.work_pool_id
 WHERE work_pool.name = :pool_name AND work_queue.name = :name;

-- name: queue_in_pool
-- One queue of a pool, by its name.
SELECT * FROM work_queue WHERE work_pool_id = :work_pool_id AND name = :name;

-- name: priorities_of_pool
-- Which queue of a pool has which priority.
SELECT id, priority FROM work_queue WHERE work_pool_id = :work_pool_id ORDER BY priority, id;

-- name: queue_insert
-- A new queue; one of the pool that has the name already stays.
INSERT INTO work_queue (id, created_us, updated_us, work_pool_id, name, description, is_paused, paused_us, paused_by,
                        concurrency_limit, priority, status, filter)
VALUES (:id, :now_us, :now_us, :work_pool_id, :name, :description, :is_paused, :paused_us, :paused_by,
        :concurrency_limit, :priority, :status, :filter)
ON CONFLICT (work_pool_id, name) DO NOTHING;

-- name: queue_set
-- Change columns of a queue.
UPDATE work_queue SET updated_us = :now_us{changes} WHERE id = :id;

-- name: queue_enters
-- The queue changes its status; nothing if it has that one already.
UPDATE work_queue SET status = :status, updated_us = :now_us WHERE id = :id AND status <> :status;

-- name: queue_renamed
-- Deployments name the queue as it is called now.
UPDATE deployment SET work_queue_name = :name WHERE work_queue_id = :id;

-- name: deployments_leave_queue
-- Deployments of a queue that is going to be removed have none any more.
UPDATE deployment SET work_queue_id = NULL, work_queue_name = NULL WHERE work_queue_id = :id;

-- name: runs_leave_queue
-- Runs of a queue that is going to be removed have none any more.
UPDATE flow_run SET work_queue_id = NULL WHERE work_queue_id = :id;

-- name: queue_delete
-- Remove a queue.
DELETE FROM work_queue WHERE id = :id;

-- name: queue_filter
-- A page of queues.
SELECT work_queue.*, work_pool.name AS work_pool_name,
       (SELECT count(*) FROM flow_run
         WHERE flow_run.work_queue_id = work_queue.id
           AND flow_run.state_type IN ('PENDING', 'RUNNING', 'CANCELLING')) AS active_slots
  FROM work_queue JOIN work_pool ON work_pool.id = work_queue.work_pool_id
 WHERE {where}
 ORDER BY {order}
 LIMIT :limit OFFSET :offset;

-- name: late_runs
-- How many runs of a queue wait although their time has come.
SELECT count(*) AS found FROM flow_run
 WHERE work_queue_id = :id AND state_type = 'SCHEDULED' AND state_name = 'Late';
