-- name: deployment_by_id
-- One deployment, by its id.
SELECT * FROM deployment WHERE id = :id;

-- name: deployment_by_key
-- The deployment of a flow under a name.
SELECT * FROM deployment WHERE flow_id = :flow_id AND name = :name;

-- name: deployment_by_names
-- One deployment, by the name of its flow and its own.
SELECT deployment.* FROM deployment JOIN flow ON flow.id = deployment.flow_id
 WHERE flow.name = :flow_name AND deployment.name = :deployment_name;

-- name: deployment_insert
-- A new deployment with nothing but its names; the rest is set after it.
INSERT INTO deployment (id, created_us, updated_us, name, flow_id, labels)
VALUES (:id, :now_us, :now_us, :name, :flow_id, :labels);

-- name: deployment_set
-- Change columns of a deployment.
UPDATE deployment SET updated_us = :now_us{changes} WHERE id = :id;

-- name: deployment_delete
-- Remove a deployment with its schedules.
DELETE FROM deployment WHERE id = :id;

-- name: deployment_filter
-- A page of deployments.
SELECT * FROM deployment WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset;

-- name: deployment_count
-- How many deployments there are.
SELECT count(*) AS found FROM deployment WHERE {where};

-- name: schedules_of
-- The schedules of some deployments, those that were changed last first.
SELECT * FROM deployment_schedule
 WHERE deployment_id IN (SELECT value FROM json_each(:ids))
 ORDER BY updated_us DESC, id DESC;
-- dialect: postgres
SELECT * FROM deployment_schedule
 WHERE deployment_id IN (SELECT json_array_elements_text(:ids))
 ORDER BY updated_us DESC, id DESC;

-- name: schedule_insert
-- A new schedule of a deployment.
INSERT INTO deployment_schedule
  (id, created_us, updated_us, deployment_id, slug, schedule, active, max_scheduled_runs, parameters)
VALUES
  (:id, :now_us, :now_us, :deployment_id, :slug, :schedule, :active, :max_scheduled_runs, :parameters);

-- name: schedule_set
-- Change columns of a schedule.
UPDATE deployment_schedule SET updated_us = :now_us{changes} WHERE id = :id;

-- name: schedules_delete
-- Remove all schedules of a deployment.
DELETE FROM deployment_schedule WHERE deployment_id = :deployment_id;
