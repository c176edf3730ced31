-- What schedules of deployments need beyond their rows: how far they are planned, what was deployed last, backfills.

-- `fire_name` tells the runs of a schedule from those of others, also when its row is made anew. All instants up to
-- `mark_us` are dealt with; `plan_us` is when to plan again, null while nothing is to be planned.
ALTER TABLE deployment_schedule ADD COLUMN fire_name TEXT NOT NULL DEFAULT '';
ALTER TABLE deployment_schedule ADD COLUMN mark_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deployment_schedule ADD COLUMN plan_us INTEGER;
ALTER TABLE deployment_schedule ADD COLUMN catch_up TEXT NOT NULL DEFAULT 'none';
ALTER TABLE deployment_schedule ADD COLUMN catch_up_window_s REAL;
ALTER TABLE deployment_schedule ADD COLUMN overlap TEXT NOT NULL DEFAULT 'allow';
CREATE INDEX deployment_schedule_to_plan ON deployment_schedule (plan_us) WHERE plan_us IS NOT NULL;
CREATE INDEX deployment_schedule_of_deployment ON deployment_schedule (deployment_id);

-- What the last deploying asked for: where a deployment differs from it, somebody changed it by hand.
ALTER TABLE deployment ADD COLUMN deployed TEXT;
CREATE INDEX deployment_polled ON deployment (last_polled_us) WHERE status = 'READY';

-- The schedule that made a run, and the backfill if it was for one.
ALTER TABLE flow_run ADD COLUMN schedule_id TEXT;
ALTER TABLE flow_run ADD COLUMN backfill_id TEXT;
CREATE INDEX flow_run_of_schedule ON flow_run (schedule_id, state_type, next_scheduled_us)
  WHERE schedule_id IS NOT NULL AND state_type = 'SCHEDULED';
CREATE INDEX flow_run_open_of_schedule ON flow_run (schedule_id)
  WHERE schedule_id IS NOT NULL AND state_type IN ('PENDING', 'RUNNING', 'PAUSED', 'CANCELLING');

-- The state, the same in all of their entries, is in these, or SQLite prefers the index by state to them; and with
-- it in one it has to be in those of queues and deployments as well, or the former is preferred to those.
DROP INDEX flow_run_due;
CREATE INDEX flow_run_due ON flow_run (state_type, next_scheduled_us) WHERE state_type = 'SCHEDULED';
DROP INDEX IF EXISTS flow_run_due_in_queue;
CREATE INDEX flow_run_due_in_queue ON flow_run (work_queue_id, state_type, next_scheduled_us)
  WHERE state_type = 'SCHEDULED' AND work_queue_id IS NOT NULL;
DROP INDEX IF EXISTS flow_run_due_of_deployment;
CREATE INDEX flow_run_due_of_deployment ON flow_run (deployment_id, state_type, next_scheduled_us)
  WHERE state_type = 'SCHEDULED' AND deployment_id IS NOT NULL;
CREATE INDEX flow_run_scheduled_since ON flow_run (state_type, state_at_us) WHERE state_type = 'SCHEDULED';
CREATE INDEX flow_run_on_time ON flow_run (state_type, state_name, next_scheduled_us)
  WHERE state_type = 'SCHEDULED' AND state_name = 'Scheduled';

CREATE INDEX flow_run_open_of_backfill ON flow_run (backfill_id)
  WHERE backfill_id IS NOT NULL AND state_type NOT IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED');

-- Up to where runs that became due have been announced: one row.
CREATE TABLE due_mark (
  id INTEGER PRIMARY KEY NOT NULL,
  until_us INTEGER NOT NULL
);

-- The runs of a schedule over a range of the past (or the future), created few at a time.
CREATE TABLE backfill (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  deployment_id TEXT NOT NULL REFERENCES deployment (id) ON DELETE CASCADE,
  schedule_id TEXT NOT NULL REFERENCES deployment_schedule (id) ON DELETE CASCADE,
  start_us INTEGER NOT NULL,
  end_us INTEGER NOT NULL,
  mark_us INTEGER NOT NULL,
  at_once INTEGER NOT NULL,
  parameters TEXT NOT NULL DEFAULT '{}',
  status TEXT NOT NULL DEFAULT 'RUNNING',
  created_runs INTEGER NOT NULL DEFAULT 0,
  skipped_runs INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX backfill_open ON backfill (created_us) WHERE status = 'RUNNING';
CREATE INDEX backfill_of_deployment ON backfill (deployment_id);
CREATE INDEX backfill_of_schedule ON backfill (schedule_id);
