-- name: deployment_by_id
-- One deployment, by its id, with the name of its pool.
SELECT deployment.*, work_pool.name AS work_pool_name
  FROM deployment
  LEFT JOIN work_queue ON work_queue.id = deployment.work_queue_id
  LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id
 WHERE deployment.id = :id;

-- name: deployment_by_key
-- The deployment of a flow under a name.
SELECT deployment.*, work_pool.name AS work_pool_name
  FROM deployment
  LEFT JOIN work_queue ON work_queue.id = deployment.work_queue_id
  LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id
 WHERE deployment.flow_id = :flow_id AND deployment.name = :name;

-- name: deployment_by_names
-- One deployment, by the name of its flow and its own.
SELECT deployment.*, work_pool.name AS work_pool_name
  FROM deployment
  JOIN flow ON flow.id = deployment.flow_id
  LEFT JOIN work_queue ON work_queue.id = deployment.work_queue_id
  LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id
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
SELECT deployment.*, work_pool.name AS work_pool_name
  FROM deployment
  LEFT JOIN work_queue ON work_queue.id = deployment.work_queue_id
  LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id
 WHERE {where}
 ORDER BY {order}
 LIMIT :limit OFFSET :offset;

-- name: deployment_count
-- How many deployments there are.
SELECT count(*) AS found FROM deployment WHERE {where};

-- name: deployments_found
-- The ids of deployments that a filter finds, a page of them.
SELECT id FROM deployment WHERE {where} ORDER BY id LIMIT :limit;

-- name: queue_of_deployment
-- The queue that the runs of a deployment wait in, with the template of its pool.
SELECT work_queue.*, work_pool.name AS work_pool_name, work_pool.base_job_template
  FROM work_queue JOIN work_pool ON work_pool.id = work_queue.work_pool_id
 WHERE work_queue.id = :id;

-- name: schedules_of
-- The schedules of some deployments, those that were changed last first.
SELECT * FROM deployment_schedule
 WHERE deployment_id IN (SELECT value FROM json_each(:ids))
 ORDER BY updated_us DESC, id DESC;
-- dialect: postgres
SELECT * FROM deployment_schedule
 WHERE deployment_id IN (SELECT json_array_elements_text(:ids))
 ORDER BY updated_us DESC, id DESC;

-- name: schedule_by_id
-- One schedule of a deployment.
SELECT * FROM deployment_schedule WHERE id = :id AND deployment_id = :deployment_id;

-- name: schedule_insert
-- A new schedule of a deployment.
INSERT INTO deployment_schedule
  (id, created_us, updated_us, deployment_id, slug, schedule, active, max_scheduled_runs, parameters,
   catch_up, catch_up_window_s, overlap, fire_name, mark_us)
VALUES
  (:id, :now_us, :now_us, :deployment_id, :slug, :schedule, :active, :max_scheduled_runs, :parameters,
   :catch_up, :catch_up_window_s, :overlap, :fire_name, :mark_us);

-- name: schedule_set
-- Change columns of a schedule.
UPDATE deployment_schedule SET updated_us = :now_us{changes} WHERE id = :id;

-- name: schedule_delete
-- Remove a schedule.
DELETE FROM deployment_schedule WHERE id = :id;

-- name: deployment_deployed
-- Remember what deploying asked for.
UPDATE deployment SET deployed = :deployed WHERE id = :id;
