-- name: limit_of_deployment
-- The limit on how many runs of a deployment are in progress, and what happens to further ones.
SELECT concurrency_options, concurrency_limit.id AS limit_id
  FROM deployment LEFT JOIN concurrency_limit ON concurrency_limit.id = global_concurrency_limit_id
 WHERE deployment.id = :id;
