-- What the server keeps for itself.

-- Which of several processes without a server runs the keepers. It lasts until its end, or that of its process.
CREATE TABLE keeper_lease (
  name TEXT PRIMARY KEY NOT NULL,
  owner TEXT NOT NULL,
  until_us INTEGER NOT NULL
);

-- The token of each browser that may change things, while protection against forged requests is on.
CREATE TABLE csrf_token (
  client TEXT PRIMARY KEY NOT NULL,
  id TEXT NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  token TEXT NOT NULL,
  expires_us INTEGER NOT NULL
);

CREATE TABLE saved_search (
  id TEXT PRIMARY KEY NOT NULL,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  name TEXT NOT NULL UNIQUE,
  filters TEXT NOT NULL DEFAULT '[]'
);
