-- name: event_insert
-- An event; one that is there already (same id) stays.
INSERT INTO event (id, occurred_us, received_us, event, resource_id, resource, related, payload, follows)
VALUES (:id, :occurred_us, :now_us, :event, :resource_id, :resource, :related, :payload, :follows)
ON CONFLICT (id) DO NOTHING;

-- name: task_run_upsert
-- A task run as its client tells of it; a row that tells of a later state stays as it is.
INSERT INTO task_run (
  id, created_us, updated_us, name, flow_run_id, task_key, dynamic_key, task_version, cache_key,
  cache_expiration_us, empirical_policy, task_inputs, tags, labels, flow_run_run_count, run_count,
  expected_start_us, next_scheduled_us, start_us, end_us, total_run_us, owner,
  state_id, state_type, state_name, state_at_us, state_message, state_details, state_data
) VALUES (
  :id, :created_us, :now_us, :name, :flow_run_id, :task_key, :dynamic_key, :task_version, :cache_key,
  :cache_expiration_us, :empirical_policy, :task_inputs, :tags, :labels, :flow_run_run_count, :run_count,
  :expected_start_us, :next_scheduled_us, :start_us, :end_us, :total_run_us, :owner,
  :state_id, :state_type, :state_name, :state_at_us, :state_message, :state_details, :state_data
)
ON CONFLICT (id) DO UPDATE SET
  updated_us = excluded.updated_us, name = excluded.name, task_version = excluded.task_version,
  cache_key = excluded.cache_key, cache_expiration_us = excluded.cache_expiration_us,
  empirical_policy = excluded.empirical_policy, task_inputs = excluded.task_inputs, tags = excluded.tags,
  labels = excluded.labels, flow_run_run_count = excluded.flow_run_run_count, run_count = excluded.run_count,
  expected_start_us = excluded.expected_start_us, next_scheduled_us = excluded.next_scheduled_us,
  start_us = excluded.start_us, end_us = excluded.end_us, total_run_us = excluded.total_run_us,
  owner = excluded.owner, state_id = excluded.state_id, state_type = excluded.state_type,
  state_name = excluded.state_name, state_at_us = excluded.state_at_us, state_message = excluded.state_message,
  state_details = excluded.state_details, state_data = excluded.state_data
  WHERE task_run.state_at_us IS NULL OR excluded.state_at_us >= task_run.state_at_us
ON CONFLICT (flow_run_id, task_key, dynamic_key) DO UPDATE SET
  updated_us = excluded.updated_us, run_count = excluded.run_count, start_us = excluded.start_us,
  end_us = excluded.end_us, total_run_us = excluded.total_run_us, owner = excluded.owner,
  expected_start_us = excluded.expected_start_us, next_scheduled_us = excluded.next_scheduled_us,
  state_id = excluded.state_id, state_type = excluded.state_type, state_name = excluded.state_name,
  state_at_us = excluded.state_at_us, state_message = excluded.state_message,
  state_details = excluded.state_details, state_data = excluded.state_data
  WHERE task_run.state_at_us IS NULL OR excluded.state_at_us >= task_run.state_at_us;

-- name: task_run_state_insert
-- A state in the history of a task run, under the id that the store knows the run by; a second time changes nothing.
INSERT INTO run_state (id, run_id, kind, type, name, at_us, message, details, data)
VALUES (
  :state_id,
  coalesce(
    (SELECT id FROM task_run WHERE id = :id),
    (SELECT id FROM task_run
      WHERE flow_run_id = :flow_run_id AND task_key = :task_key AND dynamic_key = :dynamic_key),
    :id),
  'task', :state_type, :state_name, :state_at_us, :state_message, :state_details, :state_data
) ON CONFLICT DO NOTHING;

-- name: transition_log
-- Enter a transition of a task run into the log, unless its state was told before.
INSERT INTO outbox (at_us, topic, subject, body)
SELECT :state_at_us, :topic, :id, :entry
 WHERE NOT EXISTS (SELECT 1 FROM run_state WHERE id = :state_id);
