-- name: capabilities
-- The lists of capabilities that schemas have.
SELECT DISTINCT capabilities FROM block_schema;
