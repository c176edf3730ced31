-- name: cleanup_insert
-- A message for the workers of a pool; one that is there already stays as it is.
INSERT INTO cleanup_message (id, created_us, work_pool_id, work_queue_id, kind, target, data)
VALUES (:id, :now_us, :work_pool_id, :work_queue_id, :kind, :target, :data)
ON CONFLICT (id) DO NOTHING;

-- name: cleanup_waiting
-- The messages of a pool that nobody has, the oldest first.
SELECT * FROM cleanup_message
 WHERE work_pool_id = :work_pool_id AND dead_us IS NULL AND reservation_token IS NULL AND {where}
 ORDER BY created_us, id
 LIMIT :limit;
-- dialect: postgres
SELECT * FROM cleanup_message
 WHERE work_pool_id = :work_pool_id AND dead_us IS NULL AND reservation_token IS NULL AND {where}
 ORDER BY created_us, id
 LIMIT :limit
   FOR UPDATE SKIP LOCKED;

-- name: cleanup_reserve
-- Hand a message to a worker; nothing if somebody else has it.
UPDATE cleanup_message
   SET reserved_by = :reserved_by, reservation_token = :token, reserved_until_us = :until_us,
       deliveries = deliveries + 1
 WHERE id = :id AND reservation_token IS NULL AND dead_us IS NULL;

-- name: cleanup_by_id
-- One message.
SELECT * FROM cleanup_message WHERE id = :id;

-- name: cleanup_delete
-- A message was carried out.
DELETE FROM cleanup_message WHERE id = :id;

-- name: cleanup_renew
-- The reservation of a message lasts longer.
UPDATE cleanup_message SET reserved_until_us = :until_us WHERE id = :id;

-- name: cleanup_return
-- Nobody has the message any more; it is dead if it was handed out too often.
UPDATE cleanup_message
   SET reserved_by = NULL, reservation_token = NULL, reserved_until_us = NULL, dead_us = :dead_us,
       dead_reason = :reason
 WHERE id = :id;

-- name: cleanup_overdue
-- The messages whose reservation is over.
SELECT * FROM cleanup_message
 WHERE reservation_token IS NOT NULL AND reserved_until_us <= :now_us
 ORDER BY reserved_until_us
 LIMIT :limit;

-- name: cleanup_held_by
-- The messages that one connection holds.
SELECT * FROM cleanup_message WHERE reserved_by = :reserved_by AND reservation_token IS NOT NULL;

-- name: cleanup_next_end
-- When the next reservation is over.
SELECT min(reserved_until_us) AS until_us FROM cleanup_message WHERE reservation_token IS NOT NULL;
