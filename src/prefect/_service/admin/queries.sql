-- name: storage
-- The block by which results are kept where nothing else is said.
SELECT value FROM configuration WHERE key = 'DEFAULT_RESULT_STORAGE';

-- name: storage_set
-- Set the block by which results are kept where nothing else is said.
INSERT INTO configuration (key, value) VALUES ('DEFAULT_RESULT_STORAGE', :value)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- name: storage_clear
-- Have no such block any more.
DELETE FROM configuration WHERE key = 'DEFAULT_RESULT_STORAGE';

-- name: document
-- Whether a saved block exists.
SELECT id FROM block_document WHERE id = :id;
