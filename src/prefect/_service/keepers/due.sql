-- name: due_mark
-- Up to where runs that became due have been announced.
SELECT until_us FROM due_mark WHERE id = 1;

-- name: due_mark_set
-- Everything that is due by now has been announced.
INSERT INTO due_mark (id, until_us) VALUES (1, :until_us)
ON CONFLICT (id) DO UPDATE SET until_us = excluded.until_us WHERE due_mark.until_us < excluded.until_us;

-- name: due_mark_back
-- The clock was set back: what becomes due from now on is to be announced.
UPDATE due_mark SET until_us = :until_us WHERE id = 1;

-- name: plans_back
-- What was planned by a clock that was ahead is planned anew; runs that are there stay the only ones.
UPDATE deployment_schedule SET mark_us = :mark_us, plan_us = :plan_us
 WHERE active = 1 AND mark_us > :mark_us
   AND deployment_id IN (SELECT id FROM deployment WHERE paused = 0);

-- name: newly_due
-- Where runs wait that have become due since the last time, or were due when they were scheduled since then.
SELECT work_queue_id, deployment_id FROM flow_run
 WHERE state_type = 'SCHEDULED' AND next_scheduled_us > :since_us AND next_scheduled_us <= :now_us
   AND (work_queue_id IS NOT NULL OR deployment_id IS NOT NULL)
UNION
SELECT work_queue_id, deployment_id FROM flow_run
 WHERE state_type = 'SCHEDULED' AND state_at_us > :changed_us AND next_scheduled_us <= :since_us
   AND (work_queue_id IS NOT NULL OR deployment_id IS NOT NULL);

-- name: next_due
-- When the next run becomes due.
SELECT min(next_scheduled_us) AS next_us FROM flow_run
 WHERE state_type = 'SCHEDULED' AND next_scheduled_us > :now_us;
