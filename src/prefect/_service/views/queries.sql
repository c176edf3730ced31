-- name: flow_run_page
-- Flow runs by a filter and a cursor, in one of the orders of the page.
SELECT id, name, flow_id, deployment_id, work_queue_id, work_queue_name, parent_task_run_id, tags, run_count,
       substr(parameters, 1, 240) AS parameters, created_by, state_type, state_name, state_at_us,
       expected_start_us, next_scheduled_us, start_us, end_us, total_run_us, auto_scheduled
  FROM flow_run{by}
 WHERE {where} AND {after}
 ORDER BY {order}
 LIMIT :limit;

-- name: flow_run_count
-- How many flow runs a filter finds, up to a bound.
SELECT count(*) AS found FROM (SELECT 1 AS one FROM flow_run WHERE {where} LIMIT :bound) AS bounded;

-- name: task_run_page
-- Task runs by a filter and a cursor, in one of the orders of the page.
SELECT id, name, flow_run_id, task_key, tags, run_count, cache_key, state_type, state_name, state_at_us,
       expected_start_us, start_us, end_us, total_run_us
  FROM task_run{by}
 WHERE {where} AND {after}
 ORDER BY {order}
 LIMIT :limit;

-- name: task_run_count
-- How many task runs a filter finds, up to a bound.
SELECT count(*) AS found FROM (SELECT 1 AS one FROM task_run WHERE {where} LIMIT :bound) AS bounded;

-- name: flow_names
-- The names of the flows of a JSON list of ids.
SELECT id, name FROM flow WHERE id IN (SELECT value FROM json_each(:ids));

-- name: flow_run_names
-- The names of the flow runs of a JSON list of ids, and whose they are.
SELECT id, name, flow_id FROM flow_run WHERE id IN (SELECT value FROM json_each(:ids));

-- name: deployment_names
-- The names of the deployments of a JSON list of ids.
SELECT id, name FROM deployment WHERE id IN (SELECT value FROM json_each(:ids));

-- name: pool_names
-- Queues of a JSON list of ids, with the names of their pools.
SELECT work_queue.id AS id, work_queue.name AS name, work_pool.name AS pool
  FROM work_queue JOIN work_pool ON work_pool.id = work_queue.work_pool_id
 WHERE work_queue.id IN (SELECT value FROM json_each(:ids));

-- name: task_counts
-- How many task runs each flow run of a JSON list of ids has in which type of state.
SELECT flow_run_id, state_type, count(*) AS found
  FROM task_run
 WHERE flow_run_id IN (SELECT value FROM json_each(:ids))
 GROUP BY flow_run_id, state_type;

-- name: concern_counts
-- How many warnings and errors each flow run of a JSON list of ids has logged.
SELECT flow_run_id, CASE WHEN level >= 40 THEN 'errors' ELSE 'warnings' END AS kind, count(*) AS found
  FROM log
 WHERE flow_run_id IN (SELECT value FROM json_each(:ids)) AND level >= 30
 GROUP BY flow_run_id, CASE WHEN level >= 40 THEN 'errors' ELSE 'warnings' END;

-- name: flow_run
-- One flow run, whole.
SELECT * FROM flow_run WHERE id = :id;

-- name: task_run
-- One task run, whole.
SELECT * FROM task_run WHERE id = :id;

-- name: states_of
-- The states of a run, the oldest first.
SELECT * FROM run_state WHERE run_id = :id ORDER BY at_us, id;

-- name: parent
-- The flow run inside of which another one was started.
SELECT flow_run.id AS id, flow_run.name AS name, flow_run.flow_id AS flow_id, task_run.id AS task_run_id
  FROM task_run JOIN flow_run ON flow_run.id = task_run.flow_run_id
 WHERE task_run.id = :id;

-- name: subflow_count
-- How many flow runs were started inside of one.
SELECT count(*) AS found
  FROM flow_run
 WHERE parent_task_run_id IN (SELECT task_run.id FROM task_run WHERE task_run.flow_run_id = :id);

-- name: artifact_count
-- How many artifacts a flow run has.
SELECT count(*) AS found FROM artifact WHERE flow_run_id = :id;

-- name: first_failed_task
-- The task run of a flow run that failed first.
SELECT id, name, state_message, end_us
  FROM task_run
 WHERE flow_run_id = :id AND state_type IN ('FAILED', 'CRASHED')
 ORDER BY end_us, id
 LIMIT 1;

-- name: first_error_line
-- The first line of a flow run's log that tells of an error.
SELECT id, at_us, message FROM log WHERE flow_run_id = :id AND level >= 40 ORDER BY at_us, id LIMIT 1;

-- name: timeline_tasks
-- The task runs of a flow run that have changed after an instant, each with the flow run that it stands for.
SELECT task_run.id AS id, task_run.name AS name, task_run.task_key AS task_key, task_run.state_type AS state_type,
       task_run.state_name AS state_name, task_run.expected_start_us AS expected_start_us,
       task_run.start_us AS start_us, task_run.end_us AS end_us, task_run.run_count AS run_count,
       task_run.task_inputs AS task_inputs, subflow.id AS subflow_id
  FROM task_run LEFT JOIN flow_run AS subflow ON subflow.parent_task_run_id = task_run.id
 WHERE task_run.flow_run_id = :id AND task_run.updated_us > :since
 ORDER BY coalesce(task_run.start_us, task_run.expected_start_us), task_run.id
 LIMIT :limit;

-- name: timeline_attempts
-- The states of those task runs of a flow run that ran more than once and have changed after an instant.
SELECT run_state.run_id AS run_id, run_state.type AS type, run_state.at_us AS at_us
  FROM task_run JOIN run_state ON run_state.run_id = task_run.id
 WHERE task_run.flow_run_id = :id AND task_run.updated_us > :since AND task_run.run_count > 1
 ORDER BY run_state.run_id, run_state.at_us
 LIMIT :limit;

-- name: timeline_artifacts
-- The artifacts of a flow run as marks on its timeline.
SELECT id, created_us, key, type, task_run_id
  FROM artifact
 WHERE flow_run_id = :id AND created_us > :since
 ORDER BY created_us, id
 LIMIT :limit;

-- name: tags_of_runs
-- The tags of the flow runs of a JSON list of ids.
SELECT id, tags FROM flow_run WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY id;

-- name: log_page
-- Lines of log by a condition and a cursor.
SELECT id, at_us, level, name, message, flow_run_id, task_run_id FROM log WHERE {where} ORDER BY {order} LIMIT :limit;

-- name: log_place
-- When a line of log was written.
SELECT at_us FROM log WHERE id = :id;

-- name: log_count
-- How many lines of log a condition finds, up to a bound.
SELECT count(*) AS found FROM (SELECT 1 AS one FROM log WHERE {where} LIMIT :bound) AS bounded;

-- name: task_names
-- The names of the task runs of a JSON list of ids.
SELECT id, name FROM task_run WHERE id IN (SELECT value FROM json_each(:ids));

-- name: task_runs_by_ids
-- The task runs of a JSON list of ids, in a few words.
SELECT id, name, state_type, state_name
  FROM task_run
 WHERE id IN (SELECT value FROM json_each(:ids))
 ORDER BY expected_start_us, id
 LIMIT :limit;

-- name: task_runs_after
-- The task runs of a flow run whose inputs name something.
SELECT id, name, state_type, state_name
  FROM task_run
 WHERE flow_run_id = :flow_run_id AND task_inputs LIKE :pattern
 ORDER BY expected_start_us, id
 LIMIT :limit;

-- name: flow_page
-- Flows by a condition, a page of them.
SELECT id, name, created_us, tags FROM flow WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset;

-- name: flow_count
-- How many flows a condition finds.
SELECT count(*) AS found FROM flow WHERE {where};

-- name: deployments_of_flows
-- How many deployments each flow of a JSON list of ids has.
SELECT flow_id, count(*) AS found
  FROM deployment
 WHERE flow_id IN (SELECT value FROM json_each(:ids))
 GROUP BY flow_id;

-- name: last_runs
-- The newest runs of a flow that have begun or ended.
SELECT id, name, state_type, state_name, start_us, expected_start_us, end_us, total_run_us, state_at_us
  FROM flow_run
 WHERE flow_id = :id AND state_type <> 'SCHEDULED'
 ORDER BY expected_start_us DESC
 LIMIT :limit;

-- name: last_runs_of_deployment
-- The newest runs of a deployment that have begun or ended.
SELECT id, name, state_type, state_name, start_us, expected_start_us, end_us, total_run_us, state_at_us
  FROM flow_run
 WHERE deployment_id = :id AND state_type <> 'SCHEDULED'
 ORDER BY expected_start_us DESC
 LIMIT :limit;

-- name: next_run
-- The run of a flow that is planned next.
SELECT id, name, next_scheduled_us
  FROM flow_run
 WHERE flow_id = :id AND state_type = 'SCHEDULED'
 ORDER BY next_scheduled_us
 LIMIT 1;

-- name: next_run_of_deployment
-- The run of a deployment that is planned next.
SELECT id, name, next_scheduled_us
  FROM flow_run
 WHERE deployment_id = :id AND state_type = 'SCHEDULED'
 ORDER BY next_scheduled_us
 LIMIT 1;

-- name: deployment_page
-- Deployments by a condition, a page of them.
SELECT deployment.id AS id, deployment.name AS name, deployment.flow_id AS flow_id, flow.name AS flow_name,
       deployment.created_us AS created_us, deployment.paused AS paused, deployment.status AS status,
       deployment.last_polled_us AS last_polled_us, deployment.tags AS tags,
       deployment.work_queue_id AS work_queue_id, deployment.description AS description
  FROM deployment JOIN flow ON flow.id = deployment.flow_id
 WHERE {where}
 ORDER BY {order}
 LIMIT :limit OFFSET :offset;

-- name: deployment_count
-- How many deployments a condition finds.
SELECT count(*) AS found FROM deployment JOIN flow ON flow.id = deployment.flow_id WHERE {where};

-- name: schedules_of
-- The schedules of the deployments of a JSON list of ids.
SELECT id, deployment_id, slug, schedule, active
  FROM deployment_schedule
 WHERE deployment_id IN (SELECT value FROM json_each(:ids))
 ORDER BY created_us, id;

-- name: histogram_count
-- How many flow runs of a filter began in a range of time, up to a bound.
SELECT count(*) AS found
  FROM (SELECT 1 AS one
          FROM flow_run
         WHERE {where} AND coalesce(start_us, expected_start_us) >= :since
           AND coalesce(start_us, expected_start_us) < :until
         LIMIT :bound) AS bounded;

-- name: histogram_points
-- Flow runs of a filter that began in a range of time, as points.
SELECT id, name, state_type, coalesce(start_us, expected_start_us) AS at_us, total_run_us, state_at_us
  FROM flow_run
 WHERE {where} AND coalesce(start_us, expected_start_us) >= :since
   AND coalesce(start_us, expected_start_us) < :until
 ORDER BY coalesce(start_us, expected_start_us)
 LIMIT :limit;

-- name: histogram_cells
-- Flow runs of a filter counted by time, magnitude of duration and state.
SELECT (coalesce(start_us, expected_start_us) - :since) / :width_us AS cell,
       CASE WHEN total_run_us < 1000000 THEN 0 WHEN total_run_us < 10000000 THEN 1
            WHEN total_run_us < 60000000 THEN 2 WHEN total_run_us < 600000000 THEN 3
            WHEN total_run_us < 3600000000 THEN 4 ELSE 5 END AS magnitude,
       state_type, count(*) AS found
  FROM flow_run
 WHERE {where} AND coalesce(start_us, expected_start_us) >= :since
   AND coalesce(start_us, expected_start_us) < :until
 GROUP BY 1, 2, 3;

-- name: runs_by_state_over_time
-- Flow runs of a range of time counted by column and type of state.
SELECT (coalesce(start_us, expected_start_us) - :since) / :width_us AS cell, state_type, count(*) AS found
  FROM flow_run
 WHERE coalesce(start_us, expected_start_us) >= :since AND coalesce(start_us, expected_start_us) < :until
   AND {where}
 GROUP BY 1, 2;

-- name: runs_by_flow_and_deployment
-- Flow runs of a range of time counted by flow, deployment and type of state.
SELECT flow_id, deployment_id, state_type, count(*) AS found,
       max(coalesce(start_us, expected_start_us)) AS last_us
  FROM flow_run{by}
 WHERE coalesce(start_us, expected_start_us) >= :since AND coalesce(start_us, expected_start_us) < :until
   AND {where}
 GROUP BY flow_id, deployment_id, state_type;

-- name: all_runs_by_state_over_time
-- All flow runs of a range of time counted by column and type of state: each count is a part of an index.
WITH RECURSIVE column_(cell) AS (
  SELECT CAST(0 AS BIGINT) UNION ALL SELECT cell + 1 FROM column_ WHERE cell + 1 < :columns
), kind(state_type) AS (
  VALUES ('SCHEDULED'), ('PENDING'), ('RUNNING'), ('COMPLETED'), ('FAILED'), ('CANCELLED'), ('CRASHED'), ('PAUSED'),
         ('CANCELLING')
), counted AS MATERIALIZED (
  SELECT column_.cell AS cell, kind.state_type AS state_type,
         (SELECT count(*) FROM flow_run
           WHERE flow_run.state_type = kind.state_type
             AND coalesce(flow_run.start_us, flow_run.expected_start_us) >= :since + column_.cell * :width_us
             AND coalesce(flow_run.start_us, flow_run.expected_start_us) <
                 CASE WHEN :since + (column_.cell + 1) * :width_us < :until
                      THEN :since + (column_.cell + 1) * :width_us ELSE :until END) AS found
    FROM column_ CROSS JOIN kind
)
SELECT cell, state_type, found FROM counted WHERE found > 0
UNION ALL
SELECT (coalesce(start_us, expected_start_us) - :since) / :width_us, state_type, count(*)
  FROM flow_run
 WHERE state_type IS NULL
   AND coalesce(start_us, expected_start_us) >= :since AND coalesce(start_us, expected_start_us) < :until
 GROUP BY 1, 2;

-- name: late_runs
-- Runs that should have begun, the longest overdue first.
SELECT id, name, flow_id, deployment_id, work_queue_id, next_scheduled_us
  FROM flow_run
 WHERE state_type = 'SCHEDULED' AND next_scheduled_us < :now_us
 ORDER BY next_scheduled_us
 LIMIT :limit;

-- name: pools
-- All work pools with what they hold ready.
SELECT work_pool.id AS id, work_pool.name AS name, work_pool.type AS type, work_pool.status AS status,
       work_pool.is_paused AS is_paused, work_pool.concurrency_limit AS concurrency_limit
  FROM work_pool
 ORDER BY work_pool.name
 LIMIT :limit;

-- name: pool_loads
-- How many runs are late, planned and under way in each pool.
SELECT work_queue.work_pool_id AS id, flow_run.state_type AS state_type,
       CASE WHEN flow_run.state_type = 'SCHEDULED' AND flow_run.next_scheduled_us < :now_us THEN 1 ELSE 0 END
         AS is_late,
       count(*) AS found
  FROM flow_run JOIN work_queue ON work_queue.id = flow_run.work_queue_id
 WHERE flow_run.state_type IN ('SCHEDULED', 'PENDING', 'RUNNING', 'CANCELLING')
 GROUP BY 1, 2, 3;

-- name: pool_polls
-- When a worker of each pool was last heard of.
SELECT work_pool_id AS id, max(last_heartbeat_us) AS last_us FROM worker GROUP BY work_pool_id;

-- name: paused_schedules
-- How many schedules are switched off.
SELECT count(*) AS found FROM deployment_schedule WHERE active = 0;

-- name: planned_runs
-- Runs of deployments that are planned or began in a range of time.
SELECT id, name, flow_id, deployment_id, state_type, state_name, coalesce(start_us, expected_start_us) AS at_us,
       total_run_us, state_at_us
  FROM flow_run
 WHERE coalesce(start_us, expected_start_us) >= :since AND coalesce(start_us, expected_start_us) < :until
   AND deployment_id IS NOT NULL
 ORDER BY coalesce(start_us, expected_start_us)
 LIMIT :limit;

-- name: durations_by_task
-- How long the task runs of some flow runs took, by task, with their states.
SELECT flow_run_id, task_key, count(*) AS found, sum(total_run_us) AS total_us, max(total_run_us) AS longest_us,
       sum(CASE WHEN state_type IN ('FAILED', 'CRASHED') THEN 1 ELSE 0 END) AS failed, min(name) AS name
  FROM task_run
 WHERE flow_run_id IN (SELECT value FROM json_each(:ids))
 GROUP BY flow_run_id, task_key;

-- name: events_since
-- The newest events of a span of time.
SELECT * FROM event
 WHERE occurred_us >= :since AND occurred_us < :until
 ORDER BY occurred_us DESC, id DESC
 LIMIT :limit;
