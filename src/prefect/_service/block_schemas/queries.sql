-- name: schema_by_id
-- One schema, by its id.
SELECT * FROM block_schema WHERE id = :id;

-- name: schema_by_version
-- The schema of a checksum and a version.
SELECT * FROM block_schema WHERE checksum = :checksum AND version = :version;

-- name: schema_by_checksum
-- The newest schema of a checksum, whatever its version.
SELECT * FROM block_schema WHERE checksum = :checksum ORDER BY created_us DESC, id DESC LIMIT 1;

-- name: schema_insert
-- A new schema; one of that checksum and version stays.
INSERT INTO block_schema (id, created_us, updated_us, checksum, fields, capabilities, version, block_type_id)
VALUES (:id, :now_us, :now_us, :checksum, :fields, :capabilities, :version, :block_type_id)
ON CONFLICT (checksum, version) DO NOTHING;

-- name: schema_delete
-- Remove a schema; the blocks saved with it go, too.
DELETE FROM block_schema WHERE id = :id;

-- name: schema_filter
-- A page of schemas, the newest first.
SELECT * FROM block_schema WHERE {where}
 ORDER BY block_schema.created_us DESC, block_schema.id DESC LIMIT :limit OFFSET :offset;

-- name: type_of_schema
-- The block type that a schema belongs to.
SELECT * FROM block_type WHERE id = :id;

-- name: types
-- Block types by their ids.
SELECT * FROM block_type WHERE {where};
