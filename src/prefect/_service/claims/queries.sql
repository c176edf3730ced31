-- name: queues_to_serve
-- The queues of a pool by priority: whether they are open, what of their slots is taken, when their first run is due.
SELECT id, name, is_paused, concurrency_limit,
       (SELECT count(*) FROM flow_run
         WHERE flow_run.work_queue_id = work_queue.id
           AND flow_run.state_type IN ('PENDING', 'RUNNING', 'CANCELLING')) AS active_slots,
       (SELECT min(next_scheduled_us) FROM flow_run
         WHERE flow_run.work_queue_id = work_queue.id AND flow_run.state_type = 'SCHEDULED') AS first_due_us
  FROM work_queue
 WHERE work_pool_id = :work_pool_id
 ORDER BY priority, id;

-- name: pool_lock
-- Let one claim at a time count the slots of a pool that has limits.
UPDATE work_pool SET is_paused = is_paused WHERE id = :id;

-- name: pool_limits
-- Whether a pool, or one of its queues, has a limit.
SELECT 1 AS found FROM work_pool WHERE id = :id AND concurrency_limit IS NOT NULL
UNION ALL
SELECT 1 FROM work_queue WHERE work_pool_id = :id AND concurrency_limit IS NOT NULL
LIMIT 1;

-- name: due_in_queue
-- The runs of a queue that are due, by their times; not those that wait for a retry in their own process.
SELECT * FROM flow_run
 WHERE work_queue_id = :work_queue_id AND state_type = 'SCHEDULED'
   AND next_scheduled_us <= :before_us AND next_scheduled_us >= :after_us
   AND empirical_policy NOT LIKE '%"retry_type":%"in_process"%'
 ORDER BY next_scheduled_us, id
 LIMIT :limit;

-- name: due_ids_in_queue
-- As due_in_queue, the ids alone; where there are several writers each skips what another one is about to take.
SELECT id FROM flow_run
 WHERE work_queue_id = :work_queue_id AND state_type = 'SCHEDULED'
   AND next_scheduled_us <= :before_us AND next_scheduled_us >= :after_us
   AND empirical_policy NOT LIKE '%"retry_type":%"in_process"%'
 ORDER BY next_scheduled_us, id
 LIMIT :limit;
-- dialect: postgres
SELECT id FROM flow_run
 WHERE work_queue_id = :work_queue_id AND state_type = 'SCHEDULED'
   AND next_scheduled_us <= :before_us AND next_scheduled_us >= :after_us
   AND empirical_policy NOT LIKE '%"retry_type":%"in_process"%'
 ORDER BY next_scheduled_us, id
 LIMIT :limit
   FOR UPDATE SKIP LOCKED;

-- name: due_ids_of_deployment
-- The runs of a deployment that are due, by their times.
SELECT id FROM flow_run
 WHERE deployment_id = :deployment_id AND state_type = 'SCHEDULED'
   AND next_scheduled_us <= :before_us
   AND empirical_policy NOT LIKE '%"retry_type":%"in_process"%'
 ORDER BY next_scheduled_us, id
 LIMIT :limit;
-- dialect: postgres
SELECT id FROM flow_run
 WHERE deployment_id = :deployment_id AND state_type = 'SCHEDULED'
   AND next_scheduled_us <= :before_us
   AND empirical_policy NOT LIKE '%"retry_type":%"in_process"%'
 ORDER BY next_scheduled_us, id
 LIMIT :limit
   FOR UPDATE SKIP LOCKED;

-- name: pending_of_owner
-- The runs that an owner has claimed and not started.
SELECT id FROM flow_run
 WHERE owner = :owner AND lease_until_us IS NOT NULL AND state_type = 'PENDING' AND {where};

-- name: awaiting_slot
-- The runs that wait for a slot of their deployment, and whether one is free.
SELECT flow_run.id, concurrency_limit.id AS limit_id,
       CASE WHEN concurrency_limit.id IS NULL OR concurrency_limit.active = 0
                 OR concurrency_limit.active_slots < concurrency_limit.slot_limit THEN 1 ELSE 0 END AS is_free
  FROM flow_run
  JOIN deployment ON deployment.id = flow_run.deployment_id
  LEFT JOIN concurrency_limit ON concurrency_limit.id = deployment.global_concurrency_limit_id
 WHERE flow_run.state_name = 'AwaitingConcurrencySlot' AND {where}
 ORDER BY flow_run.expected_start_us, flow_run.id
 LIMIT 100;

-- name: due_by_filter
-- The runs that a queue of the older kind takes: those of the default agent pool with the right tags and deployments.
SELECT * FROM flow_run
 WHERE state_type = 'SCHEDULED' AND next_scheduled_us <= :before_us AND {where}
   AND empirical_policy NOT LIKE '%"retry_type":%"in_process"%'
 ORDER BY next_scheduled_us, id
 LIMIT :limit;

-- name: deployments_to_serve
-- Deployments with the time when the first of their runs is due.
SELECT id, status, paused, last_polled_us,
       (SELECT min(next_scheduled_us) FROM flow_run
         WHERE flow_run.deployment_id = deployment.id AND flow_run.state_type = 'SCHEDULED') AS first_due_us
  FROM deployment
 WHERE {where};

-- name: queues_polled
-- Some queues were asked for runs; those that were asked a moment ago are left alone.
UPDATE work_queue SET last_polled_us = :now_us
 WHERE {where} AND (last_polled_us IS NULL OR last_polled_us < :before_us);

-- name: queues_asleep
-- Which of some queues count as not asked for runs.
SELECT id, name, work_pool_id, status FROM work_queue WHERE {where} AND status = 'NOT_READY';

-- name: deployments_asleep
-- Which of some deployments count as not ready.
SELECT id, name, flow_id FROM deployment WHERE {where} AND status = 'NOT_READY';

-- name: deployments_polled
-- Some deployments were asked for runs, so they are ready; that is no change of theirs, so `updated_us` stays.
UPDATE deployment SET last_polled_us = :now_us, status = 'READY'
 WHERE {where} AND (last_polled_us IS NULL OR last_polled_us < :before_us OR status = 'NOT_READY');

-- name: flow_run_whole
-- One flow run with all that is known of it, and the pool it goes to.
SELECT flow_run.*, work_queue.work_pool_id, work_pool.name AS work_pool_name
  FROM flow_run
  LEFT JOIN work_queue ON work_queue.id = flow_run.work_queue_id
  LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id
 WHERE flow_run.id = :id;

-- name: where_it_waits
-- The queue and the deployment of a flow run.
SELECT work_queue_id, deployment_id FROM flow_run WHERE id = :id;

-- name: newest_entry
-- How far the log goes.
SELECT COALESCE(max(seq), 0) AS seq FROM outbox;
