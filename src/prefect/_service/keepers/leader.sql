-- name: lease
-- Who leads, and until when.
SELECT owner, until_us FROM keeper_lease WHERE name = :name;

-- name: lease_take
-- Lead from now on.
INSERT INTO keeper_lease (name, owner, until_us) VALUES (:name, :owner, :until_us)
ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until_us = excluded.until_us;

-- name: lease_give_up
-- Lead no more.
DELETE FROM keeper_lease WHERE name = :name AND owner = :owner;
