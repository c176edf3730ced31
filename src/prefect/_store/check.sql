-- name: run_is_in_its_newest_state
-- A run is in the newest state of its history.
WITH newest AS (
  SELECT run_id, max(at_us) AS at_us FROM run_state GROUP BY run_id
), run AS (
  SELECT 'flow' AS kind, id, state_id, state_type, state_name, state_at_us, state_message, state_details, state_data
    FROM flow_run
  UNION ALL
  SELECT 'task', id, state_id, state_type, state_name, state_at_us, state_message, state_details, state_data
    FROM task_run
)
SELECT run.kind || ' run ' || run.id AS what,
       'is ' || coalesce(run.state_name, 'without a state') || ', its history ends with '
       || coalesce(state.name, 'nothing') AS how
  FROM run
  LEFT JOIN newest ON newest.run_id = run.id
  LEFT JOIN run_state AS state ON state.run_id = run.id AND state.at_us = newest.at_us
 WHERE run.state_id IS NOT state.id OR run.state_type IS NOT state.type OR run.state_name IS NOT state.name
    OR run.state_at_us IS NOT state.at_us OR run.state_message IS NOT state.message
    OR (state.id IS NOT NULL AND run.state_details IS NOT state.details) OR run.state_data IS NOT state.data
    OR (state.id IS NOT NULL AND run.kind <> state.kind);

-- name: state_belongs_to_a_run
-- A state belongs to a run that is there.
SELECT kind || ' state ' || id AS what, 'names the run ' || run_id AS how
  FROM run_state
 WHERE NOT EXISTS (SELECT 1 FROM flow_run WHERE flow_run.id = run_id)
   AND NOT EXISTS (SELECT 1 FROM task_run WHERE task_run.id = run_id);

-- name: states_of_a_run_differ_in_time
-- No two states of a run begin at the same instant.
SELECT min(kind) || ' run ' || run_id AS what, count(*) || ' states begin at ' || at_us AS how
  FROM run_state GROUP BY run_id, at_us HAVING count(*) > 1;

-- name: states_follow_each_other_in_the_log
-- The states of a run stand in the log in the order of their times.
WITH entry AS (
  SELECT outbox.seq, state.run_id, state.kind, state.at_us,
         lag(state.at_us) OVER (PARTITION BY state.run_id ORDER BY outbox.seq) AS before_us
    FROM outbox JOIN run_state AS state ON state.id = json_extract(outbox.body, '$.state_id')
   WHERE outbox.topic LIKE 'prefect.flow-run.%' OR outbox.topic LIKE 'prefect.task-run.%'
)
SELECT kind || ' run ' || run_id AS what, 'its entry ' || seq || ' tells of an earlier time than the one before' AS how
  FROM entry WHERE before_us >= at_us;

-- name: state_stands_in_the_log_once
-- Each state stands in the log exactly once, as long as the log reaches back to it.
SELECT kind || ' run ' || run_id AS what, 'its state ' || name || ' does not stand in the log' AS how
  FROM run_state
 WHERE id NOT IN (
   SELECT json_extract(body, '$.state_id') FROM outbox
    WHERE (topic LIKE 'prefect.flow-run.%' OR topic LIKE 'prefect.task-run.%')
      AND json_extract(body, '$.state_id') IS NOT NULL)
   -- runs that schedules make are told of together
   AND NOT (name = 'Scheduled' AND run_id IN (SELECT id FROM flow_run WHERE auto_scheduled = 1))
   AND at_us > (
     SELECT CASE WHEN min(seq) > 1 THEN max(at_us) ELSE 0 END
       FROM (SELECT seq, at_us FROM outbox ORDER BY seq LIMIT 1000) AS oldest)
UNION ALL
SELECT 'run ' || min(subject),
       'its state ' || json_extract(body, '$.state_id') || ' stands in the log ' || count(*) || ' times'
  FROM outbox
 WHERE (topic LIKE 'prefect.flow-run.%' OR topic LIKE 'prefect.task-run.%')
   AND json_extract(body, '$.state_id') IS NOT NULL
 GROUP BY json_extract(body, '$.state_id') HAVING count(*) > 1;

-- name: states_after_the_end
-- The states that followed upon a final one.
WITH step AS (
  SELECT kind, run_id, name, type,
         lag(type) OVER (PARTITION BY run_id ORDER BY at_us) AS before_type,
         lag(name) OVER (PARTITION BY run_id ORDER BY at_us) AS before_name
    FROM run_state
)
SELECT kind, run_id, name, type, before_type, before_name
  FROM step WHERE before_type IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED');

-- name: task_run_counts_its_attempts
-- The run count of a task run is the number of times it went to Running, all told or since it last began anew.
WITH attempt AS (
  SELECT run_id, max(at_us) AS last_us, count(*) AS attempts
    FROM run_state WHERE kind = 'task' AND type = 'RUNNING' GROUP BY run_id
), anew AS (
  SELECT attempt.run_id, max(state.at_us) AS at_us
    FROM attempt JOIN run_state AS state ON state.run_id = attempt.run_id
   WHERE state.type IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED') AND state.at_us < attempt.last_us
   GROUP BY attempt.run_id
)
SELECT 'task run ' || id AS what,
       'counts ' || run_count || ', it went to Running ' || coalesce(attempts, 0) || ' times' AS how
  FROM task_run LEFT JOIN attempt ON attempt.run_id = task_run.id
 WHERE run_count <> coalesce(attempts, 0)
   AND run_count <> (
     SELECT count(*) FROM run_state AS state LEFT JOIN anew ON anew.run_id = state.run_id
      WHERE state.run_id = task_run.id AND state.type = 'RUNNING' AND state.at_us > coalesce(anew.at_us, 0));

-- name: times_fit_the_history
-- Start, end and total run time fit the history of the run.
WITH step AS (
  SELECT run_id, type, at_us, lead(at_us) OVER (PARTITION BY run_id ORDER BY at_us) AS next_us FROM run_state
), told AS (
  SELECT run_id,
         sum(CASE WHEN type = 'RUNNING' AND next_us IS NOT NULL THEN next_us - at_us ELSE 0 END) AS total_us,
         min(CASE WHEN type = 'RUNNING' THEN at_us END) AS first_us
    FROM step GROUP BY run_id
), run AS (
  SELECT 'flow' AS kind, id, state_type, state_name, state_at_us, start_us, end_us, total_run_us FROM flow_run
  UNION ALL
  SELECT 'task', id, state_type, state_name, state_at_us, start_us, end_us, total_run_us FROM task_run
), judged AS (
  SELECT kind, id, CASE
      WHEN state_type IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED') AND end_us IS NULL
        THEN 'is ' || state_name || ' and has no end'
      WHEN state_type NOT IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED') AND end_us IS NOT NULL
        THEN 'is ' || state_name || ' and has an end'
      WHEN end_us > state_at_us THEN 'ends after its last state'
      WHEN start_us > end_us THEN 'ends before it starts'
      WHEN first_us IS NOT NULL AND start_us IS NULL THEN 'has run and has no start'
      WHEN start_us > first_us THEN 'starts after it first ran'
      WHEN total_run_us <> coalesce(total_us, 0)
        THEN 'ran for ' || total_us || ' us by its history, for ' || total_run_us || ' us by its row'
    END AS how
    FROM run LEFT JOIN told ON told.run_id = run.id
)
SELECT kind || ' run ' || id AS what, how FROM judged WHERE how IS NOT NULL;

-- name: task_run_has_its_flow_run
-- The flow run of a task run is there.
SELECT 'task run ' || id AS what, 'names the flow run ' || flow_run_id AS how
  FROM task_run
 WHERE flow_run_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM flow_run WHERE flow_run.id = task_run.flow_run_id);

-- name: live_run_has_an_owner
-- A run that was claimed and is live has an owner and a lease; one that has ended has neither.
SELECT 'flow run ' || id AS what, 'is ' || state_name || ' and has no owner or no lease' AS how
  FROM flow_run
 WHERE attempt > 0 AND state_type IN ('PENDING', 'RUNNING', 'CANCELLING')
   AND (owner IS NULL OR lease_until_us IS NULL)
UNION ALL
SELECT 'flow run ' || id, 'is ' || state_name || ' and owned by ' || coalesce(owner, 'nobody, with a lease')
  FROM flow_run
 WHERE state_type IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')
   AND (owner IS NOT NULL OR lease_until_us IS NOT NULL)
UNION ALL
SELECT 'task run ' || id, 'is ' || state_name || ' and owned by ' || owner
  FROM task_run
 WHERE state_type IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED') AND owner IS NOT NULL;

-- name: task_runs_are_counted
-- What was counted of task runs is what the rows say.
WITH row_ AS (
  SELECT expected_start_us / 900000000 * 900000000 AS quarter_us, state_type, state_name, count(*) AS found,
         sum(total_run_us) AS run_us
    FROM task_run
   WHERE expected_start_us < (SELECT until_us FROM task_run_counted WHERE id = 1)
     AND state_type IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')
   GROUP BY 1, 2, 3
), differing AS (
  SELECT row_.quarter_us AS quarter_us, row_.state_name AS state_name, row_.found AS found
    FROM row_ LEFT JOIN task_run_count AS counted
      ON counted.quarter_us = row_.quarter_us AND counted.state_type = row_.state_type
         AND counted.state_name = row_.state_name
   WHERE counted.found IS NULL OR counted.found <> row_.found OR counted.run_us <> row_.run_us
  UNION ALL
  SELECT counted.quarter_us, counted.state_name, 0
    FROM task_run_count AS counted LEFT JOIN row_
      ON row_.quarter_us = counted.quarter_us AND row_.state_type = counted.state_type
         AND row_.state_name = counted.state_name
   WHERE row_.found IS NULL
)
SELECT 'the quarter of an hour from ' || quarter_us || ' us' AS what,
       'has ' || found || ' task runs that are ' || state_name || ', and another number was counted' AS how
  FROM differing
 WHERE NOT EXISTS (SELECT 1 FROM task_run_recount WHERE task_run_recount.quarter_us = differing.quarter_us);
