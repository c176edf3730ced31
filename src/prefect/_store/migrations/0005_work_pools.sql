-- Work pools, their queues and workers; what workers are told to clean up.

CREATE TABLE work_pool (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  name TEXT NOT NULL UNIQUE,
  description TEXT,
  type TEXT NOT NULL,
  base_job_template TEXT NOT NULL DEFAULT '{}',
  is_paused INTEGER NOT NULL DEFAULT 0,
  paused_us INTEGER,
  paused_by TEXT,
  concurrency_limit INTEGER CHECK (concurrency_limit >= 0),
  storage_configuration TEXT NOT NULL DEFAULT '{}',
  default_queue_id TEXT,
  status TEXT,
  status_at_us INTEGER,
  status_event_id TEXT
);

-- Priorities are unique in a pool: 1 goes first. `filter` is that of the queues of former days, which had no pool.
CREATE TABLE work_queue (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  work_pool_id TEXT NOT NULL REFERENCES work_pool (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  is_paused INTEGER NOT NULL DEFAULT 0,
  paused_us INTEGER,
  paused_by TEXT,
  concurrency_limit INTEGER CHECK (concurrency_limit >= 0),
  priority INTEGER NOT NULL CHECK (priority >= 1),
  last_polled_us INTEGER,
  status TEXT NOT NULL DEFAULT 'NOT_READY',
  filter TEXT,
  UNIQUE (work_pool_id, name)
);
CREATE INDEX work_queue_by_priority ON work_queue (work_pool_id, priority);

CREATE TABLE worker (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  work_pool_id TEXT NOT NULL REFERENCES work_pool (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  last_heartbeat_us INTEGER,
  heartbeat_interval_s INTEGER,
  status TEXT NOT NULL DEFAULT 'OFFLINE',
  UNIQUE (work_pool_id, name)
);
CREATE INDEX worker_online ON worker (work_pool_id, last_heartbeat_us) WHERE status = 'ONLINE';

-- A message is handed to one worker at a time, under a reservation that ends; `dead_us` once nobody could do it.
CREATE TABLE cleanup_message (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  work_pool_id TEXT NOT NULL REFERENCES work_pool (id) ON DELETE CASCADE,
  work_queue_id TEXT,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  data TEXT NOT NULL DEFAULT '{}',
  deliveries INTEGER NOT NULL DEFAULT 0,
  reserved_by TEXT,
  reservation_token TEXT,
  reserved_until_us INTEGER,
  dead_us INTEGER,
  dead_reason TEXT
);
CREATE INDEX cleanup_message_waiting ON cleanup_message (work_pool_id, created_us)
  WHERE dead_us IS NULL AND reservation_token IS NULL;
CREATE INDEX cleanup_message_reserved ON cleanup_message (reserved_until_us) WHERE reservation_token IS NOT NULL;

CREATE INDEX deployment_of_queue ON deployment (work_queue_id) WHERE work_queue_id IS NOT NULL;
CREATE INDEX flow_run_of_queue ON flow_run (work_queue_id, expected_start_us) WHERE work_queue_id IS NOT NULL;
CREATE INDEX flow_run_due_in_queue ON flow_run (work_queue_id, next_scheduled_us)
  WHERE state_type = 'SCHEDULED' AND work_queue_id IS NOT NULL;
CREATE INDEX flow_run_due_of_deployment ON flow_run (deployment_id, next_scheduled_us)
  WHERE state_type = 'SCHEDULED' AND deployment_id IS NOT NULL;
CREATE INDEX flow_run_active_in_queue ON flow_run (work_queue_id)
  WHERE state_type IN ('PENDING', 'RUNNING', 'CANCELLING') AND work_queue_id IS NOT NULL;
CREATE INDEX flow_run_awaiting_slot ON flow_run (state_name, expected_start_us)
  WHERE state_name = 'AwaitingConcurrencySlot';
CREATE INDEX flow_run_cancelling ON flow_run (state_at_us) WHERE state_type = 'CANCELLING';

-- Flow runs that were cancelled and whose task runs and subflows have not been looked after yet.
ALTER TABLE flow_run ADD COLUMN children_due INTEGER NOT NULL DEFAULT 0;
CREATE INDEX flow_run_children_due ON flow_run (state_at_us) WHERE children_due = 1;

-- Since when a deployment is paused, and who did that.
ALTER TABLE deployment ADD COLUMN paused_us INTEGER;
ALTER TABLE deployment ADD COLUMN paused_by TEXT;
