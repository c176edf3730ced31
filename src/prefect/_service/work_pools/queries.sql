-- name: pool_by_name
-- One work pool, with the number of its runs that take slots.
SELECT work_pool.*,
       (SELECT count(*) FROM flow_run JOIN work_queue ON work_queue.id = flow_run.work_queue_id
         WHERE work_queue.work_pool_id = work_pool.id
           AND flow_run.state_type IN ('PENDING', 'RUNNING', 'CANCELLING')) AS active_slots
  FROM work_pool
 WHERE name = :name;

-- name: pool_by_id
-- One work pool, by its id.
SELECT work_pool.*,
       (SELECT count(*) FROM flow_run JOIN work_queue ON work_queue.id = flow_run.work_queue_id
         WHERE work_queue.work_pool_id = work_pool.id
           AND flow_run.state_type IN ('PENDING', 'RUNNING', 'CANCELLING')) AS active_slots
  FROM work_pool
 WHERE id = :id;

-- name: pool_bare
-- One work pool, without looking at its runs.
SELECT * FROM work_pool WHERE name = :name;

-- name: pool_insert
-- A new work pool; one that has the name already stays.
INSERT INTO work_pool (id, created_us, updated_us, name, description, type, base_job_template, is_paused, paused_us,
                       paused_by, concurrency_limit, storage_configuration, default_queue_id, status, status_at_us)
VALUES (:id, :now_us, :now_us, :name, :description, :type, :base_job_template, :is_paused, :paused_us,
        :paused_by, :concurrency_limit, :storage_configuration, :default_queue_id, :status, :now_us)
ON CONFLICT (name) DO NOTHING;

-- name: pool_set
-- Change columns of a work pool.
UPDATE work_pool SET updated_us = :now_us{changes} WHERE id = :id;

-- name: pool_enters
-- The pool changes its status; nothing if it has that one already.
UPDATE work_pool SET status = :status, status_at_us = :now_us, status_event_id = :event_id, updated_us = :now_us
 WHERE id = :id AND (status IS NULL OR status <> :status);

-- name: deployments_leave_pool
-- Deployments of a pool that is going to be removed have no queue any more.
UPDATE deployment SET work_queue_id = NULL, work_queue_name = NULL
 WHERE work_queue_id IN (SELECT id FROM work_queue WHERE work_pool_id = :id);

-- name: runs_leave_pool
-- Runs of a pool that is going to be removed have no queue any more.
UPDATE flow_run SET work_queue_id = NULL
 WHERE work_queue_id IN (SELECT id FROM work_queue WHERE work_pool_id = :id);

-- name: pool_delete
-- Remove a work pool; its queues and workers go with it.
DELETE FROM work_pool WHERE id = :id;

-- name: pool_filter
-- A page of work pools.
SELECT work_pool.*,
       (SELECT count(*) FROM flow_run JOIN work_queue ON work_queue.id = flow_run.work_queue_id
         WHERE work_queue.work_pool_id = work_pool.id
           AND flow_run.state_type IN ('PENDING', 'RUNNING', 'CANCELLING')) AS active_slots
  FROM work_pool
 WHERE {where}
 ORDER BY work_pool.name
 LIMIT :limit OFFSET :offset;

-- name: pool_count
-- How many work pools there are.
SELECT count(*) AS found FROM work_pool WHERE {where};

-- name: workers_online
-- How many workers of a pool are there.
SELECT count(*) AS found FROM worker WHERE work_pool_id = :id AND status = 'ONLINE';

-- name: queues_of_pool
-- The queues of a pool by priority, each with the number of its runs that take slots.
SELECT id, name, concurrency_limit,
       (SELECT count(*) FROM flow_run
         WHERE flow_run.work_queue_id = work_queue.id
           AND flow_run.state_type IN ('PENDING', 'RUNNING', 'CANCELLING')) AS active_slots
  FROM work_queue
 WHERE work_pool_id = :id
 ORDER BY priority, id;

-- name: slots_of_queue
-- The runs that take slots of a queue, those that began first at the head.
SELECT id, name, state_type, state_name, start_us, state_at_us
  FROM flow_run
 WHERE work_queue_id = :id AND state_type IN ('PENDING', 'RUNNING', 'CANCELLING')
 ORDER BY state_at_us, id
 LIMIT :limit OFFSET :offset;
