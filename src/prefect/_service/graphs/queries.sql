-- name: flow_run
-- The flow run that a graph is of.
SELECT id, start_us, end_us FROM flow_run WHERE id = :id;

-- name: parts
-- The task runs of a flow run, with the subflow that one stands for.
SELECT task_run.*, subflow.id AS subflow_id, subflow.name AS subflow_name, subflow.state_type AS subflow_type,
       subflow.start_us AS subflow_start_us, subflow.end_us AS subflow_end_us
  FROM task_run LEFT JOIN flow_run AS subflow ON subflow.parent_task_run_id = task_run.id
 WHERE task_run.flow_run_id = :id
   AND COALESCE(subflow.start_us, task_run.start_us, task_run.expected_start_us) IS NOT NULL
 ORDER BY COALESCE(subflow.start_us, task_run.start_us, task_run.expected_start_us), task_run.id
 LIMIT :most;

-- name: artifacts
-- The artifacts of a flow run and its task runs, and whether they are the latest of their key.
SELECT artifact.id, artifact.created_us, artifact.key, artifact.type, artifact.task_run_id,
       CASE WHEN artifact.type = 'progress' THEN artifact.data END AS data,
       CASE WHEN artifact.key IS NULL OR latest.id IS NOT NULL THEN 1 ELSE 0 END AS is_latest
  FROM artifact LEFT JOIN artifact_collection AS latest ON latest.latest_id = artifact.id
 WHERE artifact.flow_run_id = :id AND (artifact.type IS NULL OR artifact.type <> 'result')
 ORDER BY artifact.created_us, artifact.id
 LIMIT :most;

-- name: states
-- The states that a flow run went through.
SELECT id, at_us, type, name FROM run_state WHERE run_id = :id AND kind = 'flow' ORDER BY at_us, id;
