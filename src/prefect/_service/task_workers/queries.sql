-- name: delivery_put
-- A scheduled run waits for a task worker; one that waits already does so from now on as it was scheduled last.
INSERT INTO task_delivery (task_run_id, task_key, state_id, due_us, is_retry)
SELECT id, task_key, :state_id, :due_us, :is_retry FROM task_run WHERE id = :id
ON CONFLICT (task_run_id) DO UPDATE
   SET state_id = :state_id, due_us = :due_us, is_retry = :is_retry, deliveries = 0, reserved_by = NULL,
       reserved_until_us = NULL, acked_us = NULL, dead_us = NULL, dead_reason = NULL;

-- name: delivery_key
-- What a run in the queue is a run of.
SELECT task_key FROM task_delivery WHERE task_run_id = :id;

-- name: deliveries_due
-- The runs of one task that are due, retries first, then by their times.
SELECT task_delivery.task_run_id, task_delivery.is_retry, task_delivery.due_us, task_run.state_type
  FROM task_delivery LEFT JOIN task_run ON task_run.id = task_delivery.task_run_id
 WHERE task_delivery.task_key = :task_key AND reserved_by IS NULL AND dead_us IS NULL AND due_us <= :now_us
 ORDER BY is_retry DESC, due_us, task_run_id
 LIMIT :limit;
-- dialect: postgres
SELECT task_delivery.task_run_id, task_delivery.is_retry, task_delivery.due_us, task_run.state_type
  FROM task_delivery LEFT JOIN task_run ON task_run.id = task_delivery.task_run_id
 WHERE task_delivery.task_key = :task_key AND reserved_by IS NULL AND dead_us IS NULL AND due_us <= :now_us
 ORDER BY is_retry DESC, due_us, task_run_id
 LIMIT :limit
   FOR UPDATE OF task_delivery SKIP LOCKED;

-- name: deliveries_next
-- When the next run of some tasks is due.
SELECT min(due_us) AS due_us FROM task_delivery WHERE {where} AND reserved_by IS NULL AND dead_us IS NULL
   AND due_us > :now_us;

-- name: delivery_reserve
-- Hand a run to a worker; nothing if another one has it.
UPDATE task_delivery
   SET reserved_by = :reserved_by, reserved_until_us = :until_us, acked_us = NULL, deliveries = deliveries + 1
 WHERE task_run_id = :id AND reserved_by IS NULL AND dead_us IS NULL;

-- name: delivery_acked
-- The worker has received the run; nothing if it came too late.
UPDATE task_delivery SET acked_us = :now_us, reserved_until_us = :until_us
 WHERE task_run_id = :id AND reserved_by = :reserved_by AND dead_us IS NULL;

-- name: deliveries_unacked
-- What was sent to a worker and not received.
SELECT task_run_id, task_key, deliveries, acked_us FROM task_delivery
 WHERE reserved_by = :reserved_by AND acked_us IS NULL AND {where};

-- name: deliveries_waiting
-- What a worker holds and has not begun.
SELECT task_run_id, task_delivery.task_key, deliveries, acked_us
  FROM task_delivery JOIN task_run ON task_run.id = task_run_id
 WHERE reserved_by = :reserved_by AND dead_us IS NULL AND state_type = 'SCHEDULED';

-- name: deliveries_overdue
-- What was handed out and is not held any more by a worker that is there.
SELECT task_run_id, task_key, deliveries, acked_us FROM task_delivery
 WHERE reserved_by IS NOT NULL AND dead_us IS NULL AND reserved_until_us <= :now_us
 ORDER BY reserved_until_us
 LIMIT :limit;

-- name: deliveries_renew
-- The worker is there: it holds what it has received.
UPDATE task_delivery SET reserved_until_us = :until_us
 WHERE reserved_by = :reserved_by AND acked_us IS NOT NULL AND dead_us IS NULL;

-- name: delivery_return
-- A run goes back into the queue, ahead of those that were never handed out.
UPDATE task_delivery SET reserved_by = NULL, reserved_until_us = NULL, acked_us = NULL, is_retry = 1
 WHERE task_run_id = :id;

-- name: delivery_dead
-- A run is not handed out any more.
UPDATE task_delivery
   SET reserved_by = NULL, reserved_until_us = NULL, acked_us = NULL, dead_us = :now_us, dead_reason = :reason
 WHERE task_run_id = :id;

-- name: delivery_delete
-- A run leaves the queue.
DELETE FROM task_delivery WHERE task_run_id = :id;

-- name: deliveries_done
-- Runs that were handed out and have ended, or are gone.
DELETE FROM task_delivery
 WHERE reserved_by IS NOT NULL AND dead_us IS NULL
   AND NOT EXISTS (SELECT 1 FROM task_run
                    WHERE task_run.id = task_delivery.task_run_id
                      AND task_run.state_type NOT IN ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED'));

-- name: deliveries_next_end
-- When the next reservation is over.
SELECT min(reserved_until_us) AS until_us FROM task_delivery WHERE reserved_by IS NOT NULL AND dead_us IS NULL;

-- name: worker_insert
-- A task worker is connected.
INSERT INTO task_worker (id, identifier, task_keys, connected_us, expires_us)
VALUES (:id, :identifier, :task_keys, :now_us, :expires_us);

-- name: worker_put
-- A task worker is there, anew or still.
INSERT INTO task_worker (id, identifier, task_keys, connected_us, expires_us)
VALUES (:id, :identifier, :task_keys, :now_us, :expires_us)
ON CONFLICT (id) DO UPDATE SET task_keys = excluded.task_keys, expires_us = excluded.expires_us;

-- name: worker_renew
-- A task worker is still connected.
UPDATE task_worker SET expires_us = :expires_us WHERE id = :id;

-- name: worker_delete
-- A task worker is gone.
DELETE FROM task_worker WHERE id = :id;

-- name: workers_expired
-- Task workers whose server went without taking leave of them.
DELETE FROM task_worker WHERE expires_us <= :now_us;

-- name: workers_connected
-- The task workers that are connected.
SELECT identifier, task_keys, expires_us FROM task_worker WHERE expires_us > :now_us ORDER BY connected_us, id;

-- name: newest_entry
-- How far the log goes.
SELECT COALESCE(max(seq), 0) AS seq FROM outbox;
