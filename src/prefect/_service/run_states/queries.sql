-- name: state_by_id
-- One state of a run, with the flow run that a task run belongs to.
SELECT s.id AS state_id, s.run_id, s.kind, s.type AS state_type, s.name AS state_name, s.at_us AS state_at_us,
       s.message AS state_message, s.details AS state_details, s.data AS state_data, t.flow_run_id
  FROM run_state AS s
  LEFT JOIN task_run AS t ON s.kind = 'task' AND t.id = s.run_id
 WHERE s.id = :id AND s.kind = :kind;

-- name: states_of_run
-- The states of a run in the order of time.
SELECT s.id AS state_id, s.run_id, s.kind, s.type AS state_type, s.name AS state_name, s.at_us AS state_at_us,
       s.message AS state_message, s.details AS state_details, s.data AS state_data, t.flow_run_id
  FROM run_state AS s
  LEFT JOIN task_run AS t ON s.kind = 'task' AND t.id = s.run_id
 WHERE s.run_id = :run_id AND s.kind = :kind
 ORDER BY s.at_us;
