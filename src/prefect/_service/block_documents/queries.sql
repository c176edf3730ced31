-- name: document_by_id
-- One saved block, by its id.
SELECT * FROM block_document WHERE id = :id;

-- name: document_by_name
-- One saved block, by its type and its name.
SELECT block_document.* FROM block_document JOIN block_type ON block_type.id = block_document.block_type_id
 WHERE block_type.slug = :slug AND block_document.name = :name;

-- name: document_insert
-- A new saved block; one of that type and name stays.
INSERT INTO block_document (id, created_us, updated_us, name, data, block_schema_id, block_type_id, is_anonymous)
VALUES (:id, :now_us, :now_us, :name, :data, :block_schema_id, :block_type_id, :is_anonymous)
ON CONFLICT (block_type_id, name) DO NOTHING;

-- name: document_change
-- Replace the content of a saved block.
UPDATE block_document SET data = :data, block_schema_id = :block_schema_id, updated_us = :now_us WHERE id = :id;

-- name: document_delete
-- Remove a saved block.
DELETE FROM block_document WHERE id = :id;

-- name: document_filter
-- A page of saved blocks.
SELECT * FROM block_document WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset;

-- name: document_count
-- How many saved blocks there are.
SELECT count(*) AS found FROM block_document WHERE {where};

-- name: references_forget
-- Forget which saved blocks one holds.
DELETE FROM block_reference WHERE parent_document_id = :id;

-- name: reference_insert
-- That one saved block holds another under a name.
INSERT INTO block_reference (parent_document_id, name, child_document_id) VALUES (:parent, :name, :child)
ON CONFLICT (parent_document_id, name, child_document_id) DO NOTHING;

-- name: held_by
-- Whether a saved block is among those that another holds, at any depth.
WITH RECURSIVE held (id) AS (
  SELECT child_document_id FROM block_reference WHERE parent_document_id = :holder
  UNION
  SELECT block_reference.child_document_id FROM block_reference JOIN held ON held.id = parent_document_id
)
SELECT 1 AS found FROM held WHERE id = :id;

-- name: type_by_id
-- One block type.
SELECT * FROM block_type WHERE id = :id;

-- name: schema_by_id
-- One schema.
SELECT * FROM block_schema WHERE id = :id;

-- name: fields_of_type
-- The fields in all schemas of a type.
SELECT block_schema.fields FROM block_schema JOIN block_type ON block_type.id = block_schema.block_type_id
 WHERE block_type.slug = :slug;
