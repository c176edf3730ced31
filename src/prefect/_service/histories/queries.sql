-- name: flow_run_history
-- Flow runs by interval and state, with how long they ran and by how much they were late.
SELECT (expected_start_us - :start_us) / :step_us AS place, state_type, state_name, COUNT(*) AS found,
       SUM(total_run_us + CASE WHEN state_type = 'RUNNING' AND :now_us > state_at_us
                               THEN :now_us - state_at_us ELSE 0 END) AS run_us,
       SUM(CASE WHEN start_us > expected_start_us THEN start_us - expected_start_us
                WHEN start_us IS NULL AND expected_start_us < :now_us
                     AND state_type NOT IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')
                THEN :now_us - expected_start_us ELSE 0 END) AS late_us
  FROM flow_run
 WHERE {where} AND expected_start_us >= :start_us AND expected_start_us < :end_us AND state_type IS NOT NULL
 GROUP BY 1, 2, 3
 ORDER BY 1, 2, 3;

-- name: task_run_history
-- Task runs by interval and state, with how long they ran and by how much they were late.
SELECT (expected_start_us - :start_us) / :step_us AS place, state_type, state_name, COUNT(*) AS found,
       SUM(total_run_us + CASE WHEN state_type = 'RUNNING' AND :now_us > state_at_us
                               THEN :now_us - state_at_us ELSE 0 END) AS run_us,
       SUM(CASE WHEN start_us > expected_start_us THEN start_us - expected_start_us
                WHEN start_us IS NULL AND expected_start_us < :now_us
                     AND state_type NOT IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')
                THEN :now_us - expected_start_us ELSE 0 END) AS late_us
  FROM task_run
 WHERE {where} AND expected_start_us >= :start_us AND expected_start_us < :end_us AND state_type IS NOT NULL
 GROUP BY 1, 2, 3
 ORDER BY 1, 2, 3;

-- name: lateness
-- How many flow runs there are, and by how much they are late in all.
SELECT COUNT(*) AS found,
       COALESCE(SUM(CASE WHEN start_us > expected_start_us THEN start_us - expected_start_us
                         WHEN start_us IS NULL AND expected_start_us < :now_us
                              AND state_type NOT IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')
                         THEN :now_us - expected_start_us ELSE 0 END), 0) AS late_us
  FROM flow_run
 WHERE {where};
