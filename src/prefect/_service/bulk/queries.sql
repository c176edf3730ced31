-- name: flows
-- Flows that a filter finds.
SELECT id FROM flow WHERE {where} ORDER BY id LIMIT :limit;

-- name: flow_runs
-- Flow runs that a filter finds.
SELECT id FROM flow_run WHERE {where} ORDER BY id LIMIT :limit;
