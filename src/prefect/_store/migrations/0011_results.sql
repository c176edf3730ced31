-- Small results that are kept beside the runs, so that other machines can read them without a storage of their own.

-- `content` is the record as it would stand in a file. `key` is where it is below a storage, `path` the whole path on
-- the machine that wrote it, by which the states of runs refer to it.
CREATE TABLE result (
  key TEXT PRIMARY KEY NOT NULL,
  path TEXT,
  created_us INTEGER NOT NULL,
  expires_us INTEGER,
  flow_run_id TEXT,
  task_run_id TEXT,
  content TEXT NOT NULL
);
CREATE INDEX result_by_path ON result (path);
CREATE INDEX result_by_flow_run ON result (flow_run_id) WHERE flow_run_id IS NOT NULL;
CREATE INDEX result_by_task_run ON result (task_run_id) WHERE task_run_id IS NOT NULL;
CREATE INDEX result_by_expiration ON result (expires_us) WHERE expires_us IS NOT NULL;
CREATE INDEX result_by_age ON result (created_us) WHERE flow_run_id IS NULL;
