-- name: result_put
-- Keep a result; one that is there under the key is replaced.
INSERT INTO result (key, path, created_us, expires_us, flow_run_id, task_run_id, content)
VALUES (:key, :path, :now_us, :expires_us, :flow_run_id, :task_run_id, :content)
ON CONFLICT (key) DO UPDATE
   SET path = excluded.path, created_us = excluded.created_us, expires_us = excluded.expires_us,
       flow_run_id = excluded.flow_run_id, task_run_id = excluded.task_run_id, content = excluded.content;

-- name: result_by_key
-- What is kept under a key.
SELECT content FROM result WHERE key = :key AND (expires_us IS NULL OR expires_us > :now_us);

-- name: result_by_path
-- What is kept of a file on the machine that wrote it, the latest of several.
SELECT content FROM result WHERE path = :path AND (expires_us IS NULL OR expires_us > :now_us)
 ORDER BY created_us DESC LIMIT 1;

-- name: results_of_flow_run_delete
-- Forget the results of a flow run and of what is in it.
DELETE FROM result WHERE flow_run_id = :id;

-- name: results_of_task_run_delete
-- Forget the results of a task run, and its parameters if it waited for a task worker.
DELETE FROM result WHERE task_run_id = :id;

-- name: results_expired_delete
-- Forget results whose time is over.
DELETE FROM result WHERE key IN (
  SELECT key FROM result WHERE expires_us IS NOT NULL AND expires_us <= :now_us LIMIT :batch);

-- name: results_alone_delete
-- Forget old results that belong to no flow run.
DELETE FROM result WHERE key IN (
  SELECT key FROM result WHERE flow_run_id IS NULL AND created_us < :before_us LIMIT :batch);
