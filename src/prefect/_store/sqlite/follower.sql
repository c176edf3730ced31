-- name: newest
-- The number of the newest entry in the log of what happened.
SELECT seq FROM outbox ORDER BY seq DESC LIMIT 1;

-- name: entries
-- The entries after one that are about any of the wanted topics or subjects (a JSON list).
SELECT seq, topic, subject FROM outbox
 WHERE seq > :after
   AND (topic IN (SELECT value FROM json_each(:wanted)) OR subject IN (SELECT value FROM json_each(:wanted)));
