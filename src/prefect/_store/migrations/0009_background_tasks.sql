-- The queue of background tasks: what waits for a task worker, who has it, and what could not be delivered.

-- One row for each deferred task run that is scheduled. It is handed to one worker at a time, until
-- `reserved_until_us`, and leaves the queue when the run starts, ends or is deleted. `dead_us` once it came back
-- too often.
CREATE TABLE task_delivery (
  task_run_id TEXT PRIMARY KEY NOT NULL,
  task_key TEXT NOT NULL,
  state_id TEXT NOT NULL,
  due_us INTEGER NOT NULL,
  is_retry INTEGER NOT NULL DEFAULT 0,
  deliveries INTEGER NOT NULL DEFAULT 0,
  reserved_by TEXT,
  reserved_until_us INTEGER,
  acked_us INTEGER,
  dead_us INTEGER,
  dead_reason TEXT
);
CREATE INDEX task_delivery_due ON task_delivery (task_key, is_retry DESC, due_us, task_run_id)
  WHERE reserved_by IS NULL AND dead_us IS NULL;
CREATE INDEX task_delivery_reserved ON task_delivery (reserved_until_us)
  WHERE reserved_by IS NOT NULL AND dead_us IS NULL;

-- Who is connected to take task runs; a row that is not renewed until `expires_us` counts no more.
CREATE TABLE task_worker (
  id TEXT PRIMARY KEY NOT NULL,
  identifier TEXT NOT NULL,
  task_keys TEXT NOT NULL,
  connected_us INTEGER NOT NULL,
  expires_us INTEGER NOT NULL
);
CREATE INDEX task_worker_expiring ON task_worker (expires_us);
