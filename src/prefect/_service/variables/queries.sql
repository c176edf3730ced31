-- name: variable_by_id
-- One variable, by its id.
SELECT * FROM variable WHERE id = :id;

-- name: variable_by_name
-- One variable, by its name.
SELECT * FROM variable WHERE name = :name;

-- name: variable_insert
-- A new variable; one that has the name already stays.
INSERT INTO variable (id, created_us, updated_us, name, value, tags)
VALUES (:id, :now_us, :now_us, :name, :value, :tags)
ON CONFLICT (name) DO NOTHING;

-- name: variable_change
-- The variable with what was changed of it; nothing if it is gone or another one has the name.
UPDATE variable SET name = :name, value = :value, tags = :tags, updated_us = :now_us
 WHERE id = :id AND NOT EXISTS (SELECT 1 FROM variable AS other WHERE other.name = :name AND other.id <> :id);

-- name: variable_delete
-- Remove a variable.
DELETE FROM variable WHERE id = :id;

-- name: variable_filter
-- A page of variables.
SELECT * FROM variable WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset;

-- name: variable_count
-- How many variables there are.
SELECT count(*) AS found FROM variable WHERE {where};
