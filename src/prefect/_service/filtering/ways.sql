-- name: flow_runs_found
-- Flow runs of a filter, in no order, up to a bound.
SELECT flow_run.id AS id FROM flow_run WHERE {where} LIMIT :limit;

-- name: flow_runs_counted
-- How many flow runs a filter finds, up to a bound.
SELECT count(*) AS found FROM (SELECT 1 AS one FROM flow_run WHERE {where} LIMIT :bound) AS bounded;

-- name: task_runs_found
-- Task runs of a filter, in no order, up to a bound.
SELECT task_run.id AS id FROM task_run WHERE {where} LIMIT :limit;

-- name: task_runs_counted
-- How many task runs a filter finds, up to a bound.
SELECT count(*) AS found FROM (SELECT 1 AS one FROM task_run WHERE {where} LIMIT :bound) AS bounded;
