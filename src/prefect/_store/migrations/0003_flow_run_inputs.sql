-- What people and other runs tell a flow run, and what a paused run asks for.

CREATE TABLE flow_run_input (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  flow_run_id TEXT NOT NULL REFERENCES flow_run (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  sender TEXT,
  UNIQUE (flow_run_id, key)
);
