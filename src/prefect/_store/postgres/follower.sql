-- name: edge
-- Up to which number the log is shown, and whether there is more that has to wait for older transactions.
SELECT MAX(seq) + 1 AS edge, 0 AS unsettled FROM outbox WHERE seq > :after;
-- dialect: postgres
SELECT outbox_edge() AS edge,
       EXISTS (SELECT 1 FROM outbox_entry WHERE seq >= outbox_edge() AND seq > :after) AS unsettled;

-- name: entries
-- The entries between two numbers that are about any of the wanted topics or subjects (a JSON list).
SELECT seq, topic, subject FROM outbox
 WHERE seq > :after AND seq < :until
   AND (topic IN (SELECT value FROM json_each(:wanted)) OR subject IN (SELECT value FROM json_each(:wanted)));

-- name: newest_entry
-- The entries between two numbers, whatever they are about; the last of them will do.
SELECT seq, topic, subject FROM outbox WHERE seq > :after AND seq < :until ORDER BY seq DESC LIMIT 100;
