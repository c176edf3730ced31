-- name: lines_from
-- Lines of log with an id from one on, in the order of their ids, which is nearly that of their making.
SELECT * FROM log WHERE id >= :since ORDER BY id LIMIT :limit;
