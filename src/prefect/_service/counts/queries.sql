-- name: counted_until
-- Up to where task runs are counted.
SELECT until_us FROM task_run_counted WHERE id = 1;

-- name: counted_until_put
-- They are counted so far.
INSERT INTO task_run_counted (id, until_us) VALUES (1, :until_us)
ON CONFLICT (id) DO UPDATE SET until_us = excluded.until_us;

-- name: first_after
-- When the first task run from an instant on was expected to start.
SELECT min(expected_start_us) AS at_us FROM task_run WHERE expected_start_us >= :from_us;

-- name: notes
-- Quarters of which something has changed after they were counted, the first of them.
SELECT DISTINCT quarter_us FROM task_run_recount
 WHERE quarter_us >= :from_us AND quarter_us < :to_us
 ORDER BY quarter_us
 LIMIT :most;

-- name: notes_delete
-- Take away the notes about a quarter, those that are seen now.
DELETE FROM task_run_recount WHERE quarter_us = :quarter_us;

-- name: counts_delete
-- Forget the counts of a span of quarters.
DELETE FROM task_run_count WHERE quarter_us >= :from_us AND quarter_us < :to_us;

-- name: counts_make
-- Count the task runs of a span of quarters that have ended.
INSERT INTO task_run_count (quarter_us, state_type, state_name, found, run_us, late_us)
SELECT expected_start_us / 900000000 * 900000000, state_type, state_name, count(*), sum(total_run_us),
       sum(CASE WHEN start_us > expected_start_us THEN start_us - expected_start_us ELSE 0 END)
  FROM task_run{by}
 WHERE expected_start_us >= :from_us AND expected_start_us < :to_us
   AND state_type IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')
 GROUP BY 1, 2, 3;

-- name: counts
-- The counts of the quarters that lie in one interval each, by interval.
SELECT (quarter_us - :start_us) / :step_us AS place, state_type, state_name, sum(found) AS found,
       sum(run_us) AS run_us, sum(late_us) AS late_us
  FROM task_run_count
 WHERE quarter_us >= :from_us AND quarter_us < :to_us
   AND (quarter_us - :start_us) / :step_us = (quarter_us + 899999999 - :start_us) / :step_us
   AND NOT EXISTS (SELECT 1 FROM task_run_recount WHERE task_run_recount.quarter_us = task_run_count.quarter_us)
 GROUP BY 1, 2, 3;

-- name: ended
-- The task runs of a piece of time that have ended, by interval.
SELECT (expected_start_us - :start_us) / :step_us AS place, state_type, state_name, count(*) AS found,
       sum(total_run_us) AS run_us,
       sum(CASE WHEN start_us > expected_start_us THEN start_us - expected_start_us ELSE 0 END) AS late_us
  FROM task_run{by}
 WHERE expected_start_us >= :from_us AND expected_start_us < :to_us
   AND state_type IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')
 GROUP BY 1, 2, 3;

-- name: under_way
-- The task runs of a time that have not ended, by interval.
SELECT (expected_start_us - :start_us) / :step_us AS place, state_type, state_name, count(*) AS found,
       sum(total_run_us + CASE WHEN state_type = 'RUNNING' AND :now_us > state_at_us
                               THEN :now_us - state_at_us ELSE 0 END) AS run_us,
       sum(CASE WHEN start_us > expected_start_us THEN start_us - expected_start_us
                WHEN start_us IS NULL AND expected_start_us < :now_us THEN :now_us - expected_start_us
                ELSE 0 END) AS late_us
  FROM task_run{by}
 WHERE state_type IN ('SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING')
   AND expected_start_us >= :start_us AND expected_start_us < :end_us
 GROUP BY 1, 2, 3;
