-- name: run_in_question
-- A flow run with its deployment, queue and pool.
SELECT flow_run.id, flow_run.deployment_id, flow_run.owner, flow_run.lease_until_us, flow_run.next_scheduled_us,
       flow_run.empirical_policy, flow_run.state_id, flow_run.state_type, flow_run.state_name, flow_run.state_at_us,
       flow_run.state_message, flow_run.state_details, flow_run.state_data,
       deployment.name AS deployment_name, deployment.paused AS deployment_paused,
       deployment.paused_us AS deployment_paused_us, deployment.paused_by AS deployment_paused_by,
       deployment.last_polled_us AS deployment_polled_us, deployment.global_concurrency_limit_id AS limit_id,
       work_queue.id AS queue_id, work_queue.name AS queue_name, work_queue.is_paused AS queue_paused,
       work_queue.paused_us AS queue_paused_us, work_queue.paused_by AS queue_paused_by,
       work_queue.concurrency_limit AS queue_limit, work_queue.last_polled_us AS queue_polled_us,
       work_queue.priority AS queue_priority,
       work_pool.id AS pool_id, work_pool.name AS pool_name, work_pool.type AS pool_type,
       work_pool.is_paused AS pool_paused, work_pool.paused_us AS pool_paused_us,
       work_pool.paused_by AS pool_paused_by, work_pool.concurrency_limit AS pool_limit
  FROM flow_run
  LEFT JOIN deployment ON deployment.id = flow_run.deployment_id
  LEFT JOIN work_queue ON work_queue.id = flow_run.work_queue_id
  LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id
 WHERE flow_run.id = :id;

-- name: workers_of_pool
-- The workers of a pool, those that were heard of last at the head.
SELECT name, status, last_heartbeat_us FROM worker WHERE work_pool_id = :id ORDER BY last_heartbeat_us DESC LIMIT 50;

-- name: holders_in_queue
-- The runs that take slots of a queue.
SELECT name FROM flow_run
 WHERE work_queue_id = :id AND state_type IN ('PENDING', 'RUNNING', 'CANCELLING')
 ORDER BY state_at_us, id LIMIT 1000;

-- name: holders_in_pool
-- The runs that take slots of a pool.
SELECT flow_run.name FROM flow_run JOIN work_queue ON work_queue.id = flow_run.work_queue_id
 WHERE work_queue.work_pool_id = :id AND flow_run.state_type IN ('PENDING', 'RUNNING', 'CANCELLING')
 ORDER BY flow_run.state_at_us, flow_run.id LIMIT 1000;

-- name: limit_of_deployment
-- A concurrency limit, if it acts.
SELECT slot_limit, active_slots FROM concurrency_limit WHERE id = :id AND active = 1;

-- name: holders_of_limit
-- The flow runs that hold slots of a concurrency limit.
SELECT flow_run.name
  FROM concurrency_slot
  JOIN concurrency_lease ON concurrency_lease.id = concurrency_slot.lease_id
  JOIN flow_run ON flow_run.id = concurrency_lease.holder_id
 WHERE concurrency_slot.limit_id = :id
 ORDER BY concurrency_lease.created_us LIMIT 1000;

-- name: ahead
-- How many runs of a pool are due and go before one of them, as far as anybody would count.
SELECT count(*) AS found
  FROM (SELECT flow_run.id
          FROM flow_run JOIN work_queue ON work_queue.id = flow_run.work_queue_id
         WHERE work_queue.work_pool_id = :pool_id AND work_queue.is_paused = 0
           AND flow_run.state_type = 'SCHEDULED' AND flow_run.next_scheduled_us <= :now_us
           AND (work_queue.priority < :priority
                OR (work_queue.priority = :priority
                    AND (flow_run.next_scheduled_us < :due_us
                         OR (flow_run.next_scheduled_us = :due_us AND flow_run.id < :id))))
         LIMIT 1000) AS before;
