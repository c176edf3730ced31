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

-- counts of long times by flow, deployment and state are read in this order, without sorting; for that it has to hold
-- the columns of its fourth term, too
CREATE INDEX flow_run_by_flow_and_state
  ON flow_run (flow_id, deployment_id, state_type, coalesce(start_us, expected_start_us), start_us, expected_start_us,
               parent_task_run_id);

-- Since when lapsed leases are looked for without a break, and when that was last done: one row.
CREATE TABLE lease_watch (
  id INTEGER PRIMARY KEY NOT NULL,
  since_us INTEGER NOT NULL,
  seen_us INTEGER NOT NULL
);

-- Task runs that have ended, by the quarter of an hour in which they were expected to start. A keeper counts
-- each quarter when it is over for long, up to where `task_run_counted` says.
CREATE TABLE task_run_count (
  quarter_us INTEGER NOT NULL,
  state_type TEXT NOT NULL,
  state_name TEXT NOT NULL,
  found INTEGER NOT NULL,
  run_us INTEGER NOT NULL,
  late_us INTEGER NOT NULL,
  PRIMARY KEY (quarter_us, state_type, state_name)
) WITHOUT ROWID;
CREATE TABLE task_run_counted (
  id INTEGER PRIMARY KEY NOT NULL,
  until_us INTEGER NOT NULL
);

-- What happens to a run long after its time is noted, and its quarter does not count until it is counted anew. Notes
-- are rows of their own, so that nobody waits for anybody: who counts takes away those that it sees before it counts.
CREATE TABLE task_run_recount (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  quarter_us INTEGER NOT NULL
);
CREATE INDEX task_run_recount_of ON task_run_recount (quarter_us);
CREATE TRIGGER task_run_changed_late AFTER UPDATE ON task_run
  WHEN OLD.expected_start_us < NEW.updated_us - 3600000000
BEGIN
  INSERT INTO task_run_recount (quarter_us) VALUES (OLD.expected_start_us / 900000000 * 900000000);
END;
CREATE TRIGGER task_run_came_late AFTER INSERT ON task_run
  WHEN NEW.expected_start_us < NEW.updated_us - 3600000000
BEGIN
  INSERT INTO task_run_recount (quarter_us) VALUES (NEW.expected_start_us / 900000000 * 900000000);
END;
CREATE TRIGGER task_run_left AFTER DELETE ON task_run
  WHEN OLD.expected_start_us IS NOT NULL
BEGIN
  INSERT INTO task_run_recount (quarter_us) VALUES (OLD.expected_start_us / 900000000 * 900000000);
END;
