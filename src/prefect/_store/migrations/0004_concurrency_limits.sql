-- Concurrency limits: named counts of slots, the leases under which slots are held, and who waits for one.

CREATE TABLE concurrency_limit (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  name TEXT NOT NULL UNIQUE,
  slot_limit INTEGER NOT NULL CHECK (slot_limit >= 0),
  active INTEGER NOT NULL DEFAULT 1,
  active_slots INTEGER NOT NULL DEFAULT 0 CHECK (active_slots >= 0),
  denied_slots INTEGER NOT NULL DEFAULT 0,
  slot_decay_per_second REAL NOT NULL DEFAULT 0,
  avg_slot_occupancy_seconds REAL NOT NULL DEFAULT 2,
  decayed_us INTEGER NOT NULL
);

-- A lease without an end lasts until it is given back. One with an owner ends with that process.
CREATE TABLE concurrency_lease (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  expires_us INTEGER,
  slots INTEGER NOT NULL,
  holder_type TEXT,
  holder_id TEXT,
  owner TEXT
);
CREATE INDEX concurrency_lease_expiring ON concurrency_lease (expires_us) WHERE expires_us IS NOT NULL;
CREATE INDEX concurrency_lease_of_holder ON concurrency_lease (holder_id) WHERE holder_id IS NOT NULL;
CREATE INDEX concurrency_lease_owned ON concurrency_lease (owner) WHERE owner IS NOT NULL;

-- Of which limits a lease holds slots, of each as many as it says.
CREATE TABLE concurrency_slot (
  lease_id TEXT NOT NULL REFERENCES concurrency_lease (id) ON DELETE CASCADE,
  limit_id TEXT NOT NULL REFERENCES concurrency_limit (id) ON DELETE CASCADE,
  PRIMARY KEY (lease_id, limit_id)
) WITHOUT ROWID;
CREATE INDEX concurrency_slot_of_limit ON concurrency_slot (limit_id);

-- Who waits for slots of a full limit, in the order of arrival. A place is lost when it is not renewed.
CREATE TABLE concurrency_waiter (
  limit_id TEXT NOT NULL REFERENCES concurrency_limit (id) ON DELETE CASCADE,
  since_us INTEGER NOT NULL,
  ticket TEXT NOT NULL,
  slots INTEGER NOT NULL,
  expires_us INTEGER NOT NULL,
  owner TEXT,
  PRIMARY KEY (limit_id, since_us, ticket)
) WITHOUT ROWID;
CREATE INDEX concurrency_waiter_by_ticket ON concurrency_waiter (ticket);
