-- name: flow_run_made_by
-- Who made a flow run.
UPDATE flow_run SET created_by = :created_by WHERE id = :id;

-- name: pool_name
-- The name of a work pool.
SELECT name FROM work_pool WHERE id = :id;

-- name: variables
-- All variables.
SELECT name, value FROM variable;
