-- name: deployments_of
-- How many deployments each of some flows has.
SELECT flow_id, COUNT(*) AS found FROM deployment WHERE {where} GROUP BY flow_id;

-- name: next_run_of
-- The scheduled run of a flow that is due first.
SELECT id, flow_id, name, state_name, state_type, next_scheduled_us FROM flow_run
 WHERE flow_id = :flow_id AND state_type = 'SCHEDULED' AND next_scheduled_us >= :now_us
 ORDER BY next_scheduled_us
 LIMIT 1;

-- name: runs_over_time
-- Flow runs as points.
SELECT * FROM flow_run
 WHERE {where} AND state_type IS NOT NULL AND COALESCE(start_us, expected_start_us) IS NOT NULL
 ORDER BY {order} LIMIT :limit OFFSET :offset;

-- name: task_runs_of
-- How many task runs each of some flow runs has; those that stand for subflows do not count.
SELECT flow_run_id, COUNT(*) AS found FROM task_run
 WHERE {where} AND NOT EXISTS (SELECT 1 FROM flow_run AS subflow WHERE subflow.parent_task_run_id = task_run.id)
 GROUP BY flow_run_id;

-- name: ended_over_time
-- How many task runs ended well and badly, by the interval in which they were expected to start.
SELECT (COALESCE(start_us, expected_start_us) - :start_us) / :step_us AS place,
       SUM(CASE WHEN state_type = 'COMPLETED' THEN 1 ELSE 0 END) AS completed,
       SUM(CASE WHEN state_type IN ('FAILED', 'CRASHED') THEN 1 ELSE 0 END) AS failed
  FROM task_run
 WHERE {where} AND state_type IN ('COMPLETED', 'FAILED', 'CRASHED')
   AND COALESCE(start_us, expected_start_us) >= :start_us
   AND COALESCE(start_us, expected_start_us) < :end_us
 GROUP BY 1;

-- name: ended_in_parts
-- How many task runs ended well and badly in each of some equal parts of a time: each count is a part of an index.
WITH RECURSIVE part(place) AS (
  SELECT CAST(0 AS BIGINT) UNION ALL SELECT place + 1 FROM part WHERE place + 1 < :parts
), kind(state_type) AS (VALUES ('COMPLETED'), ('FAILED'), ('CRASHED')
), counted AS MATERIALIZED (
  SELECT part.place AS place, kind.state_type AS state_type,
         (SELECT COUNT(*) FROM task_run
           WHERE task_run.state_type = kind.state_type
             AND coalesce(task_run.start_us, task_run.expected_start_us) >= :start_us + part.place * :step_us
             AND coalesce(task_run.start_us, task_run.expected_start_us) <
                 CASE WHEN :start_us + (part.place + 1) * :step_us < :end_us
                      THEN :start_us + (part.place + 1) * :step_us ELSE :end_us END) AS found
    FROM part CROSS JOIN kind
)
SELECT place, SUM(CASE WHEN state_type = 'COMPLETED' THEN found ELSE 0 END) AS completed,
       SUM(CASE WHEN state_type <> 'COMPLETED' THEN found ELSE 0 END) AS failed
  FROM counted
 GROUP BY place;

-- name: by_state
-- How many task runs of a filter are in each type of state.
SELECT state_type, COUNT(*) AS found FROM task_run WHERE {where} AND state_type IS NOT NULL GROUP BY state_type;

-- name: by_state_in_time
-- How many task runs of a time are in each type of state: each count is a part of an index.
WITH kind(state_type) AS (
  VALUES ('SCHEDULED'), ('PENDING'), ('RUNNING'), ('COMPLETED'), ('FAILED'), ('CANCELLED'), ('CRASHED'), ('PAUSED'),
         ('CANCELLING')
)
SELECT kind.state_type AS state_type,
       (SELECT COUNT(*) FROM task_run WHERE task_run.state_type = kind.state_type AND {where}) AS found
  FROM kind;

-- name: flow_run_name
-- The name of a flow run.
SELECT name FROM flow_run WHERE id = :id;
