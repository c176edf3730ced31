-- name: input_insert
-- A new input; one that the run has under the same key already stays.
INSERT INTO flow_run_input (id, created_us, updated_us, flow_run_id, key, value, sender)
VALUES (:id, :now_us, :now_us, :flow_run_id, :key, :value, :sender)
ON CONFLICT (flow_run_id, key) DO NOTHING;

-- name: input_put
-- An input, in place of the one that the run has under the same key.
INSERT INTO flow_run_input (id, created_us, updated_us, flow_run_id, key, value, sender)
VALUES (:id, :now_us, :now_us, :flow_run_id, :key, :value, :sender)
ON CONFLICT (flow_run_id, key) DO UPDATE
  SET updated_us = :now_us, value = excluded.value, sender = excluded.sender;

-- name: flow_run_exists
-- Whether there is such a flow run.
SELECT 1 AS found FROM flow_run WHERE id = :id;

-- name: input_by_key
-- One input of a flow run.
SELECT * FROM flow_run_input WHERE flow_run_id = :flow_run_id AND key = :key;

-- name: input_filter
-- The oldest inputs of a flow run, of those that are asked for.
SELECT * FROM flow_run_input WHERE flow_run_id = :flow_run_id AND {where}
 ORDER BY created_us, id LIMIT :limit;

-- name: input_delete
-- Remove an input.
DELETE FROM flow_run_input WHERE flow_run_id = :flow_run_id AND key = :key;
