-- What lets pages count and find in large databases without reading the rows themselves.

-- counts of runs by time, state, flow and deployment are answered from the index alone
CREATE INDEX flow_run_overview
  ON flow_run (coalesce(start_us, expected_start_us), state_type, flow_id, deployment_id, parent_task_run_id);
DROP INDEX flow_run_by_start;
CREATE INDEX flow_run_by_name ON flow_run (name);

DROP INDEX task_run_by_expected_start;
CREATE INDEX task_run_overview ON task_run (expected_start_us, state_type);

-- few lines are warnings or worse
CREATE INDEX log_of_concern ON log (flow_run_id, level) WHERE level >= 30;
