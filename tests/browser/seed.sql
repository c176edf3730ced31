-- name: flow
-- A flow.
INSERT INTO flow (id, created_us, updated_us, name, tags) VALUES (:id, :at_us, :at_us, :name, :tags);

-- name: pool
-- A work pool.
INSERT INTO work_pool (id, created_us, updated_us, name, type, status, default_queue_id)
VALUES (:id, :at_us, :at_us, :name, 'process', 'NOT_READY', :queue_id);

-- name: queue
-- A work queue.
INSERT INTO work_queue (id, created_us, updated_us, work_pool_id, name, priority)
VALUES (:id, :at_us, :at_us, :pool_id, :name, 1);

-- name: deployment
-- A deployment.
INSERT INTO deployment (id, created_us, updated_us, name, flow_id, tags, work_queue_id, work_queue_name, entrypoint)
VALUES (:id, :at_us, :at_us, :name, :flow_id, :tags, :queue_id, 'default', 'flows.py:main');

-- name: flow_run
-- A flow run in its state.
INSERT INTO flow_run (id, created_us, updated_us, name, flow_id, deployment_id, work_queue_id, work_queue_name,
                      parameters, tags, parent_task_run_id, state_id, state_type, state_name, state_at_us,
                      state_message, state_details, run_count, expected_start_us, next_scheduled_us, start_us,
                      end_us, total_run_us)
VALUES (:id, :at_us, :now_us, :name, :flow_id, :deployment_id, :queue_id, :queue_name, :parameters, :tags, :parent,
        :state_id, :state_type, :state_name, :state_at_us, :message, :details, :run_count, :at_us, :due_us, :start_us,
        :end_us, :total_us);

-- name: task_run
-- A task run in its state.
INSERT INTO task_run (id, created_us, updated_us, name, flow_run_id, task_key, dynamic_key, task_inputs, tags,
                      run_count, expected_start_us, start_us, end_us, total_run_us, state_id, state_type,
                      state_name, state_at_us, state_message, state_details)
VALUES (:id, :at_us, :at_us, :name, :flow_run_id, :task_key, :dynamic_key, :inputs, '[]', :run_count, :at_us, :start_us,
        :end_us, :total_us, :state_id, :state_type, :state_name, :state_at_us, :message, '{}');

-- name: state
-- A state that a run has been in.
INSERT INTO run_state (id, run_id, kind, type, name, at_us, message)
VALUES (:id, :run_id, :kind, :type, :name, :at_us, :message);

-- name: line
-- A line of log.
INSERT INTO log (id, at_us, level, name, message, flow_run_id, task_run_id)
VALUES (:id, :at_us, :level, :name, :message, :flow_run_id, :task_run_id);

-- name: artifact
-- An artifact.
INSERT INTO artifact (id, created_us, updated_us, key, type, data, description, flow_run_id, task_run_id)
VALUES (:id, :at_us, :at_us, :key, :type, :data, :description, :flow_run_id, :task_run_id);
