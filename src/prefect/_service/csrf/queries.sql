-- name: token_put
-- The token of a client; the one before it is over.
INSERT INTO csrf_token (client, id, created_us, updated_us, token, expires_us)
VALUES (:client, :id, :now_us, :now_us, :token, :expires_us)
ON CONFLICT (client) DO UPDATE SET
  token = excluded.token, expires_us = excluded.expires_us, updated_us = excluded.updated_us;

-- name: token_of
-- The token of a client.
SELECT * FROM csrf_token WHERE client = :client;
