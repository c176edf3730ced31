-- name: outbox_insert
-- An entry in the log of what happened, written with what it tells of.
INSERT INTO outbox (at_us, topic, subject, body) VALUES (:at_us, :topic, :subject, :body);
