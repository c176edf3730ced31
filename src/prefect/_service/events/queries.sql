-- name: event_insert
-- An event; one that is there already (same id) stays.
INSERT INTO event (id, occurred_us, received_us, event, resource_id, resource, related, payload, follows, seq)
VALUES (:id, :occurred_us, :now_us, :event, :resource_id, :resource, :related, :payload, :follows, :seq)
ON CONFLICT (id) DO NOTHING;

-- name: event_related_insert
-- A resource takes part in an event.
INSERT INTO event_related (resource_id, event_id) VALUES (:resource_id, :event_id) ON CONFLICT DO NOTHING;

-- name: event_numbered
-- An event that was told has its place in the log.
UPDATE event SET seq = :seq WHERE id = :id;

-- name: events_known
-- Those of some events that are there.
SELECT id FROM event WHERE {where};

-- name: events_by_id
-- Some events, by their ids.
SELECT * FROM event WHERE {where};

-- name: event_filter
-- A page of events.
SELECT * FROM event WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset;

-- name: event_count
-- How many events there are of a kind.
SELECT count(*) AS found FROM event WHERE {where};

-- name: event_count_distinct
-- How many resources there are of which events of a kind tell.
SELECT count(DISTINCT event.resource_id) AS found FROM event WHERE {where};

-- name: event_filter_distinct
-- A page of events, of each resource the latest.
SELECT event.* FROM event JOIN (
    SELECT event.resource_id AS of_resource, max(event.occurred_us) AS latest_us FROM event
     WHERE {where} GROUP BY event.resource_id
  ) AS newest ON newest.of_resource = event.resource_id AND newest.latest_us = event.occurred_us
 ORDER BY {order} LIMIT :limit OFFSET :offset;

-- name: events_by_bucket
-- How many events fall into each span of time, counted from an instant.
SELECT (event.occurred_us - :start_us) / :span_us AS bucket, count(*) AS found
  FROM event WHERE {where} GROUP BY 1 ORDER BY 1;

-- name: events_by_name
-- How many events there are of each name.
SELECT event.event AS value, event.event AS label, count(*) AS found,
       min(event.occurred_us) AS first_us, max(event.occurred_us) AS last_us
  FROM event WHERE {where} GROUP BY event.event ORDER BY 3 DESC, 1;

-- name: events_by_resource
-- How many events there are of each resource.
SELECT event.resource_id AS value, max(event.resource) AS label, count(*) AS found,
       min(event.occurred_us) AS first_us, max(event.occurred_us) AS last_us
  FROM event WHERE {where} GROUP BY event.resource_id ORDER BY 3 DESC, 1;

-- name: told_insert
-- Enter into the log that an event was told.
INSERT INTO outbox (at_us, topic, subject, body) VALUES (:now_us, :topic, :id, NULL);

-- name: cursor_begin
-- Somebody begins to read the log.
INSERT INTO log_cursor (name, position, updated_us) VALUES (:name, 0, :now_us) ON CONFLICT (name) DO NOTHING;

-- name: cursor_take
-- Up to where somebody has read the log; others who want to read on wait until this transaction is over.
UPDATE log_cursor SET updated_us = :now_us WHERE name = :name RETURNING position;

-- name: cursor_position
-- Up to where somebody has read the log.
SELECT position FROM log_cursor WHERE name = :name;

-- name: cursor_move
-- The log was read so far.
UPDATE log_cursor SET position = :position, updated_us = :now_us WHERE name = :name;

-- name: entries_after
-- The entries of the log after one.
SELECT seq, at_us, topic, subject, body FROM outbox WHERE seq > :after ORDER BY seq LIMIT :limit;

-- name: newest_entries
-- The newest entries of the log after one.
SELECT seq, at_us, topic, subject, body FROM outbox WHERE seq > :after ORDER BY seq DESC LIMIT :limit;

-- name: newest_entry
-- The number of the newest entry of the log.
SELECT coalesce(max(seq), 0) AS seq FROM outbox;

-- name: entry_before
-- The number before the first entry that is not older than an instant.
SELECT coalesce(min(seq) - 1, (SELECT max(seq) FROM outbox), 0) AS seq FROM outbox WHERE at_us >= :since_us;

-- name: states_by_id
-- Some states, by their ids.
SELECT id, run_id, type, name, at_us, message, details, data FROM run_state WHERE {where};

-- name: states_of_runs
-- All states of some runs, in their order.
SELECT id, run_id, type, name, at_us, message, details, data FROM run_state WHERE {where} ORDER BY run_id, at_us, id;

-- name: flow_runs_around
-- Some flow runs, with what is around them.
SELECT flow_run.id, flow_run.name, flow_run.tags, flow_run.run_count, flow_run.parent_task_run_id,
       flow_run.auto_scheduled, flow_run.created_by, flow_run.flow_id, flow.name AS flow_name,
       flow_run.deployment_id, deployment.name AS deployment_name, flow_run.work_queue_id,
       coalesce(work_queue.name, flow_run.work_queue_name) AS work_queue_name,
       work_pool.id AS work_pool_id, work_pool.name AS work_pool_name, work_pool.type AS work_pool_type
  FROM flow_run JOIN flow ON flow.id = flow_run.flow_id
  LEFT JOIN deployment ON deployment.id = flow_run.deployment_id
  LEFT JOIN work_queue ON work_queue.id = flow_run.work_queue_id
  LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id
 WHERE {where};

-- name: task_runs_told
-- Some task runs.
SELECT * FROM task_run WHERE {where};

-- name: deployments_around
-- Some deployments, with what is around them.
SELECT deployment.id, deployment.name, deployment.flow_id, flow.name AS flow_name, deployment.work_queue_id,
       deployment.tags, coalesce(work_queue.name, deployment.work_queue_name) AS work_queue_name,
       work_pool.id AS work_pool_id, work_pool.name AS work_pool_name, work_pool.type AS work_pool_type
  FROM deployment JOIN flow ON flow.id = deployment.flow_id
  LEFT JOIN work_queue ON work_queue.id = deployment.work_queue_id
  LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id
 WHERE {where};

-- name: work_pools_named
-- Some work pools.
SELECT id, name, type FROM work_pool WHERE {where};

-- name: work_queues_named
-- Some work queues, with their pools.
SELECT work_queue.id, work_queue.name, work_pool.id AS work_pool_id, work_pool.name AS work_pool_name,
       work_pool.type AS work_pool_type
  FROM work_queue JOIN work_pool ON work_pool.id = work_queue.work_pool_id WHERE {where};

-- name: flows_named
-- Some flows.
SELECT id, name FROM flow WHERE {where};

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
-- dialect: postgres
WITH known AS (
  UPDATE task_run SET  updated_us = :now_us, run_count = :run_count, start_us = :start_us,
  end_us = :end_us, total_run_us = :total_run_us, owner = :owner,
  expected_start_us = :expected_start_us, next_scheduled_us = :next_scheduled_us,
  state_id = :state_id, state_type = :state_type, state_name = :state_name,
  state_at_us = :state_at_us, state_message = :state_message,
  state_details = :state_details, state_data = :state_data
   WHERE flow_run_id = :flow_run_id AND task_key = :task_key AND dynamic_key = :dynamic_key AND id <> :id
     AND (state_at_us IS NULL OR :state_at_us >= state_at_us)
)
INSERT INTO task_run (
  id, created_us, updated_us, name, flow_run_id, task_key, dynamic_key, task_version, cache_key,
  cache_expiration_us, empirical_policy, task_inputs, tags, labels, flow_run_run_count, run_count,
  expected_start_us, next_scheduled_us, start_us, end_us, total_run_us, owner,
  state_id, state_type, state_name, state_at_us, state_message, state_details, state_data
)
SELECT
  :id, :created_us, :now_us, :name, :flow_run_id, :task_key, :dynamic_key, :task_version, :cache_key,
  :cache_expiration_us, :empirical_policy, :task_inputs, :tags, :labels, :flow_run_run_count, :run_count,
  :expected_start_us, :next_scheduled_us, :start_us, :end_us, :total_run_us, :owner,
  :state_id, :state_type, :state_name, :state_at_us, :state_message, :state_details, :state_data
 WHERE NOT EXISTS (
   SELECT 1 FROM task_run
    WHERE flow_run_id = :flow_run_id AND task_key = :task_key AND dynamic_key = :dynamic_key AND id <> :id)
ON CONFLICT (id) DO UPDATE SET  updated_us = excluded.updated_us, name = excluded.name, task_version = excluded.task_version,
  cache_key = excluded.cache_key, cache_expiration_us = excluded.cache_expiration_us,
  empirical_policy = excluded.empirical_policy, task_inputs = excluded.task_inputs, tags = excluded.tags,
  labels = excluded.labels, flow_run_run_count = excluded.flow_run_run_count, run_count = excluded.run_count,
  expected_start_us = excluded.expected_start_us, next_scheduled_us = excluded.next_scheduled_us,
  start_us = excluded.start_us, end_us = excluded.end_us, total_run_us = excluded.total_run_us,
  owner = excluded.owner, state_id = excluded.state_id, state_type = excluded.state_type,
  state_name = excluded.state_name, state_at_us = excluded.state_at_us, state_message = excluded.state_message,
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
