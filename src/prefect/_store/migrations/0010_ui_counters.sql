-- What lets pages list, count and find in large databases without reading the rows themselves.

-- counts of runs by time, state, flow, deployment and duration are answered from the index alone; for that it has to
-- hold the columns of its first term, too
CREATE INDEX flow_run_overview
  ON flow_run (coalesce(start_us, expected_start_us), state_type, flow_id, deployment_id, parent_task_run_id,
               total_run_us, start_us, expected_start_us);
DROP INDEX flow_run_by_start;
-- and so is their history
CREATE INDEX flow_run_history
  ON flow_run (expected_start_us, state_type, state_name, start_us, total_run_us, state_at_us);
CREATE INDEX flow_run_by_name ON flow_run (name);
CREATE INDEX flow_run_by_end ON flow_run (end_us);
CREATE INDEX flow_run_by_duration ON flow_run (total_run_us, id);
CREATE INDEX flow_run_by_tags ON flow_run (tags);
CREATE INDEX flow_run_next_of_flow ON flow_run (flow_id, state_type, next_scheduled_us)
  WHERE state_type = 'SCHEDULED';

CREATE INDEX task_run_by_end ON task_run (end_us);
CREATE INDEX task_run_by_state ON task_run (state_type, coalesce(start_us, expected_start_us));

CREATE INDEX log_by_time ON log (at_us);
-- few lines are warnings or worse
CREATE INDEX log_of_concern ON log (flow_run_id, level) WHERE level >= 30;
CREATE INDEX log_of_concern_by_time ON log (at_us, level) WHERE level >= 30;
