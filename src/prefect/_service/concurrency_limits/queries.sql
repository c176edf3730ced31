-- name: limit_by_id
-- One limit, by its id.
SELECT * FROM concurrency_limit WHERE id = :id;

-- name: limit_by_name
-- One limit, by its name.
SELECT * FROM concurrency_limit WHERE name = :name;

-- name: limits_by_name
-- The limits that have one of the names of a JSON list.
SELECT * FROM concurrency_limit WHERE name IN (SELECT value FROM json_each(:names)) ORDER BY name;

-- name: limits_by_id
-- The limits that have one of the ids of a JSON list.
SELECT * FROM concurrency_limit WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY name;

-- name: limit_insert
-- A new limit; one that has the name already stays.
INSERT INTO concurrency_limit (id, created_us, updated_us, name, slot_limit, active, active_slots, denied_slots,
                               slot_decay_per_second, avg_slot_occupancy_seconds, decayed_us)
VALUES (:id, :now_us, :now_us, :name, :slot_limit, :active, :active_slots, :denied_slots,
        :slot_decay_per_second, :avg_slot_occupancy_seconds, :now_us)
ON CONFLICT (name) DO NOTHING;

-- name: limit_change
-- The limit with what was changed of it; nothing if it is gone or another one has the name.
UPDATE concurrency_limit
   SET updated_us = :now_us, name = :name, slot_limit = :slot_limit, active = :active,
       active_slots = :active_slots, denied_slots = :denied_slots,
       slot_decay_per_second = :slot_decay_per_second, decayed_us = :decayed_us
 WHERE id = :id
   AND NOT EXISTS (SELECT 1 FROM concurrency_limit AS other WHERE other.name = :name AND other.id <> :id);

-- name: limit_count
-- Keep how many slots of a limit are taken, and for how long they are held on average.
UPDATE concurrency_limit
   SET active_slots = :active_slots, decayed_us = :decayed_us, avg_slot_occupancy_seconds = :occupancy_s
 WHERE id = :id;

-- name: limit_delete
-- Remove a limit; what was held of it and who waited for it goes too.
DELETE FROM concurrency_limit WHERE id = :id;

-- name: limits_page
-- A page of limits by name.
SELECT * FROM concurrency_limit ORDER BY name LIMIT :limit OFFSET :offset;

-- name: lease_insert
-- A new lease; its slots are entered for themselves.
INSERT INTO concurrency_lease (id, created_us, expires_us, slots, holder_type, holder_id, owner)
VALUES (:id, :now_us, :expires_us, :slots, :holder_type, :holder_id, :owner);

-- name: slots_insert
-- Enter of which limit a lease holds slots.
INSERT INTO concurrency_slot (lease_id, limit_id) VALUES (:lease_id, :limit_id);

-- name: lease_by_id
-- One lease, by its id.
SELECT * FROM concurrency_lease WHERE id = :id;

-- name: limits_of_lease
-- The limits of which a lease holds slots.
SELECT concurrency_limit.* FROM concurrency_slot JOIN concurrency_limit ON concurrency_limit.id = limit_id
 WHERE lease_id = :lease_id;

-- name: lease_renew
-- Move the end of a lease that is still good; one without an end keeps none.
UPDATE concurrency_lease SET expires_us = CASE WHEN expires_us IS NOT NULL THEN CAST(:until_us AS BIGINT) END
 WHERE id = :id AND (expires_us IS NULL OR expires_us > :now_us);

-- name: lease_pin
-- Let a lease last until it is given back.
UPDATE concurrency_lease SET expires_us = NULL WHERE id = :id;

-- name: lease_delete
-- Remove a lease with what it holds.
DELETE FROM concurrency_lease WHERE id = :id;

-- name: leases_on
-- The leases on the limits of a JSON list of ids that have a process or an end.
SELECT DISTINCT concurrency_lease.* FROM concurrency_slot JOIN concurrency_lease ON concurrency_lease.id = lease_id
 WHERE limit_id IN (SELECT value FROM json_each(:ids))
   AND (expires_us <= :now_us OR owner < :owner OR owner > :owner);

-- name: leases_of_limit
-- All leases on one limit, the oldest first.
SELECT concurrency_lease.* FROM concurrency_slot JOIN concurrency_lease ON concurrency_lease.id = lease_id
 WHERE limit_id = :limit_id
 ORDER BY created_us, concurrency_lease.id;

-- name: leases_of_holder
-- The leases that a run holds.
SELECT * FROM concurrency_lease WHERE holder_id = :holder_id AND holder_type = :holder_type;

-- name: held_by
-- The limits of which a run holds slots.
SELECT DISTINCT limit_id FROM concurrency_lease JOIN concurrency_slot ON lease_id = concurrency_lease.id
 WHERE holder_id = :holder_id AND holder_type = :holder_type;

-- name: leases_expired
-- The leases whose end has come.
SELECT * FROM concurrency_lease WHERE expires_us <= :now_us LIMIT 500;

-- name: lease_owners
-- The processes that hold leases, or wait for slots.
SELECT DISTINCT owner FROM concurrency_lease WHERE owner IS NOT NULL
UNION
SELECT DISTINCT owner FROM concurrency_waiter WHERE owner IS NOT NULL;

-- name: leases_of_owner
-- The leases of one process.
SELECT * FROM concurrency_lease WHERE owner = :owner;

-- name: waiters
-- Who waits for slots of the limits of a JSON list of ids.
SELECT * FROM concurrency_waiter WHERE limit_id IN (SELECT value FROM json_each(:ids)) ORDER BY since_us, ticket;

-- name: waiter_arrival
-- Since when somebody waits, wherever.
SELECT min(since_us) AS since_us FROM concurrency_waiter WHERE ticket = :ticket;

-- name: waiter_enter
-- Wait for slots of a limit, or renew the place there.
INSERT INTO concurrency_waiter (limit_id, since_us, ticket, slots, expires_us, owner)
VALUES (:limit_id, :since_us, :ticket, :slots, :expires_us, :owner)
ON CONFLICT (limit_id, since_us, ticket) DO UPDATE SET expires_us = excluded.expires_us, slots = excluded.slots;

-- name: waiter_leave
-- Wait no more for the slots of any limit, except for those of a JSON list of ids.
DELETE FROM concurrency_waiter WHERE ticket = :ticket AND limit_id NOT IN (SELECT value FROM json_each(:but));

-- name: waited_for
-- The limits that somebody waits for.
SELECT limit_id FROM concurrency_waiter WHERE ticket = :ticket;

-- name: waiters_gone
-- Forget who waits no more: places that were not renewed.
DELETE FROM concurrency_waiter WHERE expires_us <= :now_us;

-- name: waiters_of_owner_gone
-- Forget who waited in a process that has ended.
DELETE FROM concurrency_waiter WHERE owner = :owner;

-- name: newest_entry
-- The number of the newest entry in the log of what happened.
SELECT coalesce(max(seq), 0) AS seq FROM outbox;

-- name: tag_limits_page
-- A page of the limits of tags, by tag.
SELECT * FROM concurrency_limit WHERE name >= 'tag:' AND name < 'tag;' ORDER BY name LIMIT :limit OFFSET :offset;
