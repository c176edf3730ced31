-- name: search_put
-- Save a search under its name; the one before it is replaced.
INSERT INTO saved_search (id, created_us, updated_us, name, filters)
VALUES (:id, :now_us, :now_us, :name, :filters)
ON CONFLICT (name) DO UPDATE SET filters = excluded.filters, updated_us = excluded.updated_us;

-- name: search_by_name
-- The search of a name.
SELECT * FROM saved_search WHERE name = :name;

-- name: search_by_id
-- One saved search.
SELECT * FROM saved_search WHERE id = :id;

-- name: search_delete
-- Forget a search.
DELETE FROM saved_search WHERE id = :id;

-- name: searches
-- A page of saved searches.
SELECT * FROM saved_search ORDER BY name LIMIT :limit OFFSET :offset;
