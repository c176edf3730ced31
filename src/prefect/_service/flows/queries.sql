-- name: flow_by_name
-- One flow, by its name.
SELECT * FROM flow WHERE name = :name;

-- name: flow_by_id
-- One flow, by its id.
SELECT * FROM flow WHERE id = :id;

-- name: flow_insert
-- A new flow; one of that name stays.
INSERT INTO flow (id, created_us, updated_us, name, tags, labels)
VALUES (:id, :now_us, :now_us, :name, :tags, :labels)
ON CONFLICT (name) DO NOTHING;

-- name: flow_set_tags
-- Replace the tags of a flow.
UPDATE flow SET tags = :tags, updated_us = :now_us WHERE id = :id;

-- name: flow_filter
-- A page of flows.
SELECT * FROM flow WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset;

-- name: flow_count
-- How many flows there are.
SELECT count(*) AS found FROM flow WHERE {where};

-- name: flow_runs_of_flow
-- The runs that go with a flow.
SELECT id FROM flow_run WHERE flow_id = :id;

-- name: flow_delete
-- Remove a flow.
DELETE FROM flow WHERE id = :id;
