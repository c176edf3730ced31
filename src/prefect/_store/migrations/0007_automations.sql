-- Automations, their buckets and what follows from them; events in the order of the log.

-- The number of the entry of the log that told the event; null until the log was read so far.
ALTER TABLE event ADD COLUMN seq INTEGER;
CREATE INDEX event_by_seq ON event (seq) WHERE seq IS NOT NULL;
CREATE INDEX event_by_name ON event (event, occurred_us);

-- Which events a resource takes part in besides those that happened to it.
CREATE TABLE event_related (
  resource_id TEXT NOT NULL,
  event_id TEXT NOT NULL REFERENCES event (id) ON DELETE CASCADE,
  PRIMARY KEY (resource_id, event_id)
) WITHOUT ROWID;
CREATE INDEX event_related_of_event ON event_related (event_id);

-- Up to where somebody has read the log of what happened.
CREATE TABLE log_cursor (
  name TEXT PRIMARY KEY NOT NULL,
  position INTEGER NOT NULL,
  updated_us INTEGER NOT NULL
) WITHOUT ROWID;

-- `since` is the number of the newest entry when the automation was made: older ones do not concern it.
CREATE TABLE automation (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  enabled INTEGER NOT NULL DEFAULT 1,
  tags TEXT NOT NULL DEFAULT '[]',
  condition TEXT NOT NULL,
  actions TEXT NOT NULL DEFAULT '[]',
  actions_on_trigger TEXT NOT NULL DEFAULT '[]',
  actions_on_resolve TEXT NOT NULL DEFAULT '[]',
  owner_resource TEXT,
  since INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX automation_by_name ON automation (name);

-- What the actions of an automation are about, and who owns it.
CREATE TABLE automation_resource (
  resource_id TEXT NOT NULL,
  automation_id TEXT NOT NULL REFERENCES automation (id) ON DELETE CASCADE,
  is_owner INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (resource_id, automation_id, is_owner)
) WITHOUT ROWID;
CREATE INDEX automation_resource_of ON automation_resource (automation_id);

-- Windows of triggers; of composite triggers `body` holds the firings of their children.
CREATE TABLE automation_bucket (
  automation_id TEXT NOT NULL REFERENCES automation (id) ON DELETE CASCADE,
  trigger_id TEXT NOT NULL,
  bucket_key TEXT NOT NULL,
  start_us INTEGER NOT NULL,
  end_us INTEGER NOT NULL,
  events INTEGER NOT NULL,
  body TEXT,
  PRIMARY KEY (automation_id, trigger_id, bucket_key)
) WITHOUT ROWID;
CREATE INDEX automation_bucket_by_end ON automation_bucket (end_us);

-- Actions that are to be performed; a row goes when it is done or has failed.
CREATE TABLE automation_action (
  id TEXT PRIMARY KEY NOT NULL,
  automation_id TEXT NOT NULL,
  due_us INTEGER NOT NULL,
  owner TEXT,
  tries INTEGER NOT NULL DEFAULT 0,
  body TEXT NOT NULL
);
CREATE INDEX automation_action_due ON automation_action (due_us);
