-- The schema of the embedded store. Instants are microseconds since 1970 in UTC (`_us`), ids canonical UUID text,
-- JSON is text. The current state of a run stands in its own row, so that no hot path joins.

CREATE TABLE configuration (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE flow (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  name TEXT NOT NULL UNIQUE,
  tags TEXT NOT NULL DEFAULT '[]',
  labels TEXT NOT NULL DEFAULT '{}'
);

CREATE TABLE flow_run (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  name TEXT NOT NULL,
  flow_id TEXT NOT NULL REFERENCES flow (id) ON DELETE CASCADE,
  flow_version TEXT,
  deployment_id TEXT,
  deployment_version TEXT,
  work_queue_id TEXT,
  work_queue_name TEXT,
  parameters TEXT NOT NULL DEFAULT '{}',
  context TEXT NOT NULL DEFAULT '{}',
  empirical_policy TEXT NOT NULL DEFAULT '{}',
  tags TEXT NOT NULL DEFAULT '[]',
  labels TEXT NOT NULL DEFAULT '{}',
  idempotency_key TEXT,
  infrastructure_pid TEXT,
  job_variables TEXT,
  created_by TEXT,
  auto_scheduled INTEGER NOT NULL DEFAULT 0,
  parent_task_run_id TEXT,
  state_id TEXT,
  state_type TEXT,
  state_name TEXT,
  state_at_us INTEGER,
  state_message TEXT,
  state_details TEXT,
  state_data TEXT,
  run_count INTEGER NOT NULL DEFAULT 0,
  expected_start_us INTEGER,
  next_scheduled_us INTEGER,
  start_us INTEGER,
  end_us INTEGER,
  total_run_us INTEGER NOT NULL DEFAULT 0,
  owner TEXT,
  attempt INTEGER NOT NULL DEFAULT 0,
  lease_until_us INTEGER
);
CREATE UNIQUE INDEX flow_run_idempotency ON flow_run (flow_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX flow_run_of_flow ON flow_run (flow_id, expected_start_us);
CREATE INDEX flow_run_by_start ON flow_run (coalesce(start_us, expected_start_us));
CREATE INDEX flow_run_by_state ON flow_run (state_type, coalesce(start_us, expected_start_us));
CREATE INDEX flow_run_due ON flow_run (next_scheduled_us) WHERE state_type = 'SCHEDULED';
CREATE INDEX flow_run_of_deployment ON flow_run (deployment_id, expected_start_us) WHERE deployment_id IS NOT NULL;
CREATE INDEX flow_run_of_parent ON flow_run (parent_task_run_id) WHERE parent_task_run_id IS NOT NULL;
CREATE INDEX flow_run_leased ON flow_run (owner, lease_until_us) WHERE lease_until_us IS NOT NULL;

-- The row of a task run may be written before that of its flow run, so it carries no foreign key.
CREATE TABLE task_run (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  name TEXT NOT NULL,
  flow_run_id TEXT,
  task_key TEXT NOT NULL,
  dynamic_key TEXT NOT NULL,
  task_version TEXT,
  cache_key TEXT,
  cache_expiration_us INTEGER,
  empirical_policy TEXT NOT NULL DEFAULT '{}',
  task_inputs TEXT NOT NULL DEFAULT '{}',
  tags TEXT NOT NULL DEFAULT '[]',
  labels TEXT NOT NULL DEFAULT '{}',
  flow_run_run_count INTEGER NOT NULL DEFAULT 0,
  run_count INTEGER NOT NULL DEFAULT 0,
  expected_start_us INTEGER,
  next_scheduled_us INTEGER,
  start_us INTEGER,
  end_us INTEGER,
  total_run_us INTEGER NOT NULL DEFAULT 0,
  state_id TEXT,
  state_type TEXT,
  state_name TEXT,
  state_at_us INTEGER,
  state_message TEXT,
  state_details TEXT,
  state_data TEXT,
  owner TEXT
);
CREATE UNIQUE INDEX task_run_in_flow ON task_run (flow_run_id, task_key, dynamic_key);
CREATE INDEX task_run_held ON task_run (owner) WHERE owner IS NOT NULL;
CREATE INDEX task_run_by_expected_start ON task_run (expected_start_us);

-- A state is written once under the id its maker gave it: writing it again changes nothing.
CREATE TABLE run_state (
  id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('flow', 'task')),
  type TEXT NOT NULL,
  name TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  message TEXT,
  details TEXT NOT NULL DEFAULT '{}',
  data TEXT,
  PRIMARY KEY (run_id, at_us, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX run_state_by_id ON run_state (id);

CREATE TABLE log (
  id TEXT PRIMARY KEY NOT NULL,
  at_us INTEGER NOT NULL,
  level INTEGER NOT NULL,
  name TEXT NOT NULL,
  message TEXT NOT NULL,
  flow_run_id TEXT,
  task_run_id TEXT,
  worker_id TEXT
);
CREATE INDEX log_of_flow_run ON log (flow_run_id, at_us);
CREATE INDEX log_of_task_run ON log (task_run_id, at_us) WHERE task_run_id IS NOT NULL;

-- What happened, in the order of commits; readers remember the last `seq` they have seen.
CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at_us INTEGER NOT NULL,
  topic TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT
);

CREATE TABLE variable (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  name TEXT NOT NULL UNIQUE,
  value TEXT NOT NULL,
  tags TEXT NOT NULL DEFAULT '[]'
);

CREATE TABLE artifact (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  key TEXT,
  type TEXT,
  data TEXT,
  metadata TEXT,
  description TEXT,
  flow_run_id TEXT,
  task_run_id TEXT
);
CREATE INDEX artifact_by_key ON artifact (key, created_us) WHERE key IS NOT NULL;
CREATE INDEX artifact_of_flow_run ON artifact (flow_run_id) WHERE flow_run_id IS NOT NULL;
CREATE INDEX artifact_of_task_run ON artifact (task_run_id) WHERE task_run_id IS NOT NULL;

CREATE TABLE artifact_collection (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  key TEXT NOT NULL UNIQUE,
  latest_id TEXT NOT NULL,
  type TEXT,
  data TEXT,
  metadata TEXT,
  description TEXT,
  flow_run_id TEXT,
  task_run_id TEXT
);

CREATE TABLE block_type (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  name TEXT NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  logo_url TEXT,
  documentation_url TEXT,
  description TEXT,
  code_example TEXT,
  is_protected INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE block_schema (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  checksum TEXT NOT NULL,
  fields TEXT NOT NULL DEFAULT '{}',
  capabilities TEXT NOT NULL DEFAULT '[]',
  version TEXT NOT NULL DEFAULT 'non-versioned',
  block_type_id TEXT NOT NULL REFERENCES block_type (id) ON DELETE CASCADE,
  UNIQUE (checksum, version)
);
CREATE INDEX block_schema_of_type ON block_schema (block_type_id);

CREATE TABLE block_document (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  name TEXT,
  data TEXT NOT NULL,
  block_schema_id TEXT NOT NULL REFERENCES block_schema (id) ON DELETE CASCADE,
  block_type_id TEXT NOT NULL REFERENCES block_type (id) ON DELETE CASCADE,
  is_anonymous INTEGER NOT NULL DEFAULT 0,
  UNIQUE (block_type_id, name)
);
CREATE INDEX block_document_of_schema ON block_document (block_schema_id);

CREATE TABLE block_reference (
  parent_document_id TEXT NOT NULL REFERENCES block_document (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  child_document_id TEXT NOT NULL REFERENCES block_document (id) ON DELETE CASCADE,
  PRIMARY KEY (parent_document_id, name, child_document_id)
) WITHOUT ROWID;
CREATE INDEX block_reference_of_child ON block_reference (child_document_id);
