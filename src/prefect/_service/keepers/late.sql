-- name: overdue
-- The runs that should have started before an instant and have not been marked as late.
SELECT id, name, flow_id, deployment_id, infrastructure_pid, empirical_policy, parent_task_run_id, run_count,
       expected_start_us, next_scheduled_us, start_us, end_us, total_run_us, owner, attempt, lease_until_us,
       state_id, state_type, state_name, state_at_us, state_message, state_details, state_data
  FROM flow_run
 WHERE state_type = 'SCHEDULED' AND state_name = 'Scheduled' AND next_scheduled_us <= :before_us
 ORDER BY next_scheduled_us
 LIMIT :limit;

-- name: next_on_time
-- When the first run is due that has not been marked as late.
SELECT min(next_scheduled_us) AS next_us FROM flow_run WHERE state_type = 'SCHEDULED' AND state_name = 'Scheduled';
