-- name: limit_with
-- The limit with an id, or else of a name.
SELECT * FROM concurrency_limit WHERE id = :id OR name = :id ORDER BY CASE WHEN id = :id THEN 0 ELSE 1 END LIMIT 1;

-- name: holders
-- The leases that hold slots of a limit, with the names of the runs that they belong to; the oldest first.
SELECT concurrency_lease.id AS id, concurrency_lease.created_us AS created_us,
       concurrency_lease.expires_us AS expires_us, concurrency_lease.slots AS slots,
       concurrency_lease.holder_type AS holder_type, concurrency_lease.holder_id AS holder_id,
       flow_run.name AS flow_run_name, task_run.name AS task_run_name
  FROM concurrency_slot
  JOIN concurrency_lease ON concurrency_lease.id = concurrency_slot.lease_id
  LEFT JOIN flow_run ON flow_run.id = concurrency_lease.holder_id
  LEFT JOIN task_run ON task_run.id = concurrency_lease.holder_id
 WHERE concurrency_slot.limit_id = :limit_id
 ORDER BY concurrency_lease.created_us, concurrency_lease.id
 LIMIT :limit;

-- name: waiters
-- Who waits for slots of a limit, in the order of arrival.
SELECT ticket, slots, since_us
  FROM concurrency_waiter
 WHERE limit_id = :limit_id AND expires_us > :now_us
 ORDER BY since_us, ticket
 LIMIT :limit;
