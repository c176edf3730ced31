-- name: flow_runs_named
-- Flow runs whose names begin with a text, the newest first.
SELECT id, name, flow_id AS other, state_name AS detail FROM flow_run WHERE name >= :low AND name < :high LIMIT :limit;

-- name: flows_named
-- Flows whose names contain a text.
SELECT id, name FROM flow WHERE {where} ORDER BY name LIMIT :limit;

-- name: deployments_named
-- Deployments whose names contain a text.
SELECT deployment.id AS id, deployment.name AS name, flow.name AS detail
  FROM deployment JOIN flow ON flow.id = deployment.flow_id
 WHERE {where}
 ORDER BY deployment.name
 LIMIT :limit;

-- name: pools_named
-- Work pools whose names contain a text.
SELECT id, name, type AS detail FROM work_pool WHERE {where} ORDER BY name LIMIT :limit;

-- name: blocks_named
-- Named blocks whose names contain a text.
SELECT block_document.id AS id, block_document.name AS name, block_type.name AS detail
  FROM block_document JOIN block_type ON block_type.id = block_document.block_type_id
 WHERE block_document.is_anonymous = 0 AND {where}
 ORDER BY block_document.name
 LIMIT :limit;

-- name: variables_named
-- Variables whose names contain a text.
SELECT id, name, substr(value, 1, 60) AS detail FROM variable WHERE {where} ORDER BY name LIMIT :limit;

-- name: automations_named
-- Automations whose names contain a text.
SELECT id, name, description AS detail FROM automation WHERE {where} ORDER BY name LIMIT :limit;

-- name: limits_named
-- Concurrency limits whose names contain a text.
SELECT id, name FROM concurrency_limit WHERE {where} ORDER BY name LIMIT :limit;

-- name: artifacts_named
-- Artifacts whose keys contain a text.
SELECT latest_id AS id, key AS name, type AS detail FROM artifact_collection WHERE {where} ORDER BY key LIMIT :limit;

-- name: flow_run_known
-- A flow run by its id.
SELECT id, name, state_name AS detail FROM flow_run WHERE id = :id;

-- name: task_run_known
-- A task run by its id.
SELECT id, name, state_name AS detail FROM task_run WHERE id = :id;

-- name: flow_known
-- A flow by its id.
SELECT id, name, NULL AS detail FROM flow WHERE id = :id;

-- name: deployment_known
-- A deployment by its id.
SELECT id, name, NULL AS detail FROM deployment WHERE id = :id;
