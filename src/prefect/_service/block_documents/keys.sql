-- name: key_kept
-- The key that was made for this database.
SELECT value FROM configuration WHERE key = :key;

-- name: key_keep
-- Keep a key, unless there is one.
INSERT INTO configuration (key, value) VALUES (:key, :value) ON CONFLICT (key) DO NOTHING;
