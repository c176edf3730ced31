-- name: worker_beats
-- A worker was heard of: a new one, or one that is known.
INSERT INTO worker (id, created_us, updated_us, work_pool_id, name, last_heartbeat_us, heartbeat_interval_s, status)
VALUES (:id, :now_us, :now_us, :work_pool_id, :name, :now_us, :heartbeat_interval_s, 'ONLINE')
ON CONFLICT (work_pool_id, name) DO UPDATE
   SET last_heartbeat_us = :now_us, updated_us = :now_us, status = 'ONLINE',
       heartbeat_interval_s = COALESCE(:heartbeat_interval_s, worker.heartbeat_interval_s);

-- name: worker_filter
-- A page of the workers of a pool, those that were heard of last at the head.
SELECT * FROM worker WHERE work_pool_id = :work_pool_id AND {where}
 ORDER BY last_heartbeat_us DESC, id LIMIT :limit OFFSET :offset;

-- name: worker_delete
-- Forget a worker.
DELETE FROM worker WHERE work_pool_id = :work_pool_id AND name = :name;

-- name: worker_named
-- One worker of a pool.
SELECT id FROM worker WHERE work_pool_id = :work_pool_id AND name = :name;
