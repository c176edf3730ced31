-- name: type_by_id
-- One block type, by its id.
SELECT * FROM block_type WHERE id = :id;

-- name: type_by_slug
-- One block type, by its slug.
SELECT * FROM block_type WHERE slug = :slug;

-- name: type_insert
-- A new block type; one that has the slug already stays.
INSERT INTO block_type
  (id, created_us, updated_us, name, slug, logo_url, documentation_url, description, code_example, is_protected)
VALUES
  (:id, :now_us, :now_us, :name, :slug, :logo_url, :documentation_url, :description, :code_example, :is_protected)
ON CONFLICT (slug) DO NOTHING;

-- name: type_change
-- A block type with what was changed of it.
UPDATE block_type
   SET logo_url = :logo_url, documentation_url = :documentation_url, description = :description,
       code_example = :code_example, updated_us = :now_us
 WHERE id = :id;

-- name: type_protect
-- Keep a block type from being removed.
UPDATE block_type SET is_protected = 1 WHERE id = :id;

-- name: type_delete
-- Remove a block type; its schemas and saved blocks go with it.
DELETE FROM block_type WHERE id = :id;

-- name: type_filter
-- A page of block types.
SELECT * FROM block_type WHERE {where} ORDER BY block_type.name ASC, block_type.id ASC LIMIT :limit OFFSET :offset;

-- name: installed
-- Which catalogue of block types was installed last.
SELECT value FROM configuration WHERE key = 'BLOCK_TYPES';

-- name: installed_note
-- Note which catalogue of block types is installed.
INSERT INTO configuration (key, value) VALUES ('BLOCK_TYPES', :value)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;
