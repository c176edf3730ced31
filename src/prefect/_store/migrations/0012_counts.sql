-- What keeps lists of task runs quick where there are millions of them, and the counts that a keeper makes ahead.

DROP INDEX task_run_by_expected_start;
CREATE INDEX task_run_by_expected_start ON task_run (expected_start_us, start_us);
CREATE INDEX task_run_by_start ON task_run (coalesce(start_us, expected_start_us));
CREATE INDEX task_run_by_name ON task_run (name, id);
CREATE INDEX task_run_by_next ON task_run (next_scheduled_us);
-- few states have another name than these, and few task runs have tags
CREATE INDEX task_run_by_state_name ON task_run (state_name, expected_start_us)
  WHERE state_name NOT IN ('Completed', 'Running', 'Pending');
CREATE INDEX task_run_by_tags ON task_run (tags) WHERE tags <> '[]';

CREATE INDEX flow_run_by_next ON flow_run (next_scheduled_us);
CREATE INDEX flow_run_by_state_name ON flow_run (state_name, expected_start_us)
  WHERE state_name NOT IN ('Completed', 'Running', 'Pending', 'Scheduled');

-- Since when lapsed leases are looked for without a break, and when that was last done: one row.
CREATE TABLE lease_watch (
  id INTEGER PRIMARY KEY NOT NULL,
  since_us INTEGER NOT NULL,
  seen_us INTEGER NOT NULL
);
