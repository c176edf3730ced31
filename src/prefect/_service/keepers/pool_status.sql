-- name: workers_silent
-- Workers were not heard of for several of their intervals: they are offline.
UPDATE worker SET status = 'OFFLINE', updated_us = :now_us
 WHERE status = 'ONLINE'
   AND last_heartbeat_us < :now_us - COALESCE(heartbeat_interval_s, :fallback_s) * :multiple * 1000000;

-- name: pools_unserved
-- Pools that count as served although none of their workers is online.
SELECT * FROM work_pool
 WHERE status = 'READY' AND type <> 'prefect-agent'
   AND NOT EXISTS (SELECT 1 FROM worker WHERE worker.work_pool_id = work_pool.id AND worker.status = 'ONLINE');

-- name: queues_unpolled
-- Queues that count as served although nobody has asked them for runs lately.
SELECT id, name, work_pool_id, status FROM work_queue
 WHERE status = 'READY' AND (last_polled_us IS NULL OR last_polled_us < :before_us);
