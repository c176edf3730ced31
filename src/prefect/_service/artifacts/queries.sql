-- name: artifact_by_id
-- One artifact, by its id.
SELECT * FROM artifact WHERE id = :id;

-- name: artifact_insert
-- A new artifact.
INSERT INTO artifact (id, created_us, updated_us, key, type, data, metadata, description, flow_run_id, task_run_id)
VALUES (:id, :now_us, :now_us, :key, :type, :data, :metadata, :description, :flow_run_id, :task_run_id);

-- name: artifact_change
-- An artifact with what was changed of it.
UPDATE artifact SET data = :data, metadata = :metadata, description = :description, updated_us = :now_us
 WHERE id = :id;

-- name: artifact_delete
-- Remove an artifact.
DELETE FROM artifact WHERE id = :id;

-- name: artifact_newest_of_key
-- The newest artifact of a key.
SELECT * FROM artifact WHERE key = :key ORDER BY created_us DESC, id DESC LIMIT 1;

-- name: artifact_filter
-- A page of artifacts.
SELECT * FROM artifact WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset;

-- name: artifact_count
-- How many artifacts there are.
SELECT count(*) AS found FROM artifact WHERE {where};

-- name: collection_by_key
-- The latest artifact of a key.
SELECT * FROM artifact_collection WHERE key = :key;

-- name: collection_put
-- Make an artifact the latest of its key.
INSERT INTO artifact_collection
  (id, created_us, updated_us, key, latest_id, type, data, metadata, description, flow_run_id, task_run_id)
VALUES
  (:id, :created_us, :updated_us, :key, :latest_id, :type, :data, :metadata, :description, :flow_run_id, :task_run_id)
ON CONFLICT (key) DO UPDATE SET
  created_us = excluded.created_us, updated_us = excluded.updated_us, latest_id = excluded.latest_id,
  type = excluded.type, data = excluded.data, metadata = excluded.metadata, description = excluded.description,
  flow_run_id = excluded.flow_run_id, task_run_id = excluded.task_run_id;

-- name: collection_change
-- The change of an artifact, where it is the latest of its key.
UPDATE artifact_collection
   SET data = :data, metadata = :metadata, description = :description, updated_us = :now_us
 WHERE latest_id = :id;

-- name: collection_delete
-- Forget a key that has no artifact left.
DELETE FROM artifact_collection WHERE key = :key;

-- name: collection_filter
-- A page of the latest artifacts.
SELECT * FROM artifact_collection WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset;

-- name: collection_count
-- How many keys there are.
SELECT count(*) AS found FROM artifact_collection WHERE {where};
