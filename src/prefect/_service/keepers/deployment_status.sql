-- name: silent
-- The deployments that are ready although neither they nor their queues were asked for runs since an instant.
SELECT deployment.id, deployment.name
  FROM deployment LEFT JOIN work_queue ON work_queue.id = deployment.work_queue_id
 WHERE deployment.status = 'READY' AND deployment.last_polled_us < :before_us
   AND (work_queue.last_polled_us IS NULL OR work_queue.last_polled_us < :before_us)
 ORDER BY deployment.id
 LIMIT :limit;
