-- name: log_insert
-- A line of log; one that is there already (same id) stays.
INSERT INTO log (id, at_us, level, name, message, flow_run_id, task_run_id, worker_id)
VALUES (:id, :at_us, :level, :name, :message, :flow_run_id, :task_run_id, :worker_id)
ON CONFLICT (id) DO NOTHING;

-- name: log_filter
-- A page of lines.
SELECT * FROM log WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset;
