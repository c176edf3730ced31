-- name: flow_run
-- Whether a flow run exists, and what it is called.
SELECT name FROM flow_run WHERE id = :id;

-- name: lines
-- What a flow run and its tasks logged, after a place in the order of time, a batch of it.
SELECT at_us, id, level, flow_run_id, task_run_id, message FROM log
 WHERE flow_run_id = :id AND (at_us > :at_us OR (at_us = :at_us AND id > :after))
 ORDER BY at_us, id
 LIMIT :batch;
