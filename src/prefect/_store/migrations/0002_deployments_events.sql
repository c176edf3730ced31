-- Deployments with their schedules, and the events that tell of something else than the states of runs.

CREATE TABLE deployment (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  name TEXT NOT NULL,
  flow_id TEXT NOT NULL REFERENCES flow (id) ON DELETE CASCADE,
  version TEXT,
  description TEXT,
  paused INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL DEFAULT 'NOT_READY',
  last_polled_us INTEGER,
  concurrency_limit INTEGER,
  concurrency_options TEXT,
  global_concurrency_limit_id TEXT,
  enforce_parameter_schema INTEGER NOT NULL DEFAULT 1,
  parameter_openapi_schema TEXT NOT NULL DEFAULT '{}',
  parameters TEXT NOT NULL DEFAULT '{}',
  tags TEXT NOT NULL DEFAULT '[]',
  labels TEXT NOT NULL DEFAULT '{}',
  pull_steps TEXT NOT NULL DEFAULT '[]',
  job_variables TEXT NOT NULL DEFAULT '{}',
  work_queue_id TEXT,
  work_queue_name TEXT,
  storage_document_id TEXT,
  infrastructure_document_id TEXT,
  path TEXT,
  entrypoint TEXT,
  version_info TEXT,
  created_by TEXT,
  updated_by TEXT,
  UNIQUE (flow_id, name)
);
CREATE INDEX deployment_by_name ON deployment (name);

CREATE TABLE deployment_schedule (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  deployment_id TEXT NOT NULL REFERENCES deployment (id) ON DELETE CASCADE,
  slug TEXT,
  schedule TEXT NOT NULL,
  active INTEGER NOT NULL DEFAULT 1,
  max_scheduled_runs INTEGER,
  parameters TEXT NOT NULL DEFAULT '{}',
  UNIQUE (deployment_id, slug)
);

CREATE TABLE event (
  id TEXT PRIMARY KEY NOT NULL,
  occurred_us INTEGER NOT NULL,
  received_us INTEGER NOT NULL,
  event TEXT NOT NULL,
  resource_id TEXT NOT NULL,
  resource TEXT NOT NULL,
  related TEXT NOT NULL DEFAULT '[]',
  payload TEXT NOT NULL DEFAULT '{}',
  follows TEXT
);
CREATE INDEX event_by_time ON event (occurred_us);
CREATE INDEX event_of_resource ON event (resource_id, occurred_us);
