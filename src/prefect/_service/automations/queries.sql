-- name: automation_by_id
-- One automation, by its id.
SELECT * FROM automation WHERE id = :id;

-- name: automation_insert
-- A new automation.
INSERT INTO automation (id, created_us, updated_us, name, description, enabled, tags, condition, actions,
                        actions_on_trigger, actions_on_resolve, owner_resource, since)
VALUES (:id, :now_us, :now_us, :name, :description, :enabled, :tags, :condition, :actions, :actions_on_trigger,
        :actions_on_resolve, :owner_resource, (SELECT coalesce(max(seq), 0) FROM outbox));

-- name: automation_replace
-- Everything of an automation anew; only what happens from now on concerns it.
UPDATE automation SET updated_us = :now_us, name = :name, description = :description, enabled = :enabled,
       tags = :tags, condition = :condition, actions = :actions, actions_on_trigger = :actions_on_trigger,
       actions_on_resolve = :actions_on_resolve, since = (SELECT coalesce(max(seq), 0) FROM outbox)
 WHERE id = :id;

-- name: automation_enable
-- Switch an automation on or off; what happened while it was off does not concern it.
UPDATE automation SET updated_us = :now_us, enabled = :enabled,
       since = (SELECT coalesce(max(seq), 0) FROM outbox)
 WHERE id = :id AND enabled <> :enabled;

-- name: automation_delete
-- Remove an automation with its buckets.
DELETE FROM automation WHERE id = :id;

-- name: automation_filter
-- A page of automations.
SELECT * FROM automation WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset;

-- name: automation_count
-- How many automations there are of a kind.
SELECT count(*) AS found FROM automation WHERE {where};

-- name: automations_related
-- The automations that are about a resource, or owned by it.
SELECT * FROM automation WHERE id IN
  (SELECT automation_id FROM automation_resource WHERE resource_id = :resource_id) ORDER BY name, id;

-- name: automations_owned
-- The automations that a resource owns.
SELECT * FROM automation WHERE owner_resource = :resource_id ORDER BY id;

-- name: automations_enabled
-- Those that watch.
SELECT * FROM automation WHERE enabled = 1 ORDER BY created_us, id;

-- name: resource_insert
-- An automation is about a resource.
INSERT INTO automation_resource (resource_id, automation_id, is_owner)
VALUES (:resource_id, :automation_id, :is_owner) ON CONFLICT DO NOTHING;

-- name: resources_delete
-- What an automation is about is told anew.
DELETE FROM automation_resource WHERE automation_id = :automation_id;

-- name: buckets_delete
-- The windows of an automation are over.
DELETE FROM automation_bucket WHERE automation_id = :automation_id;

-- name: bucket_read
-- The window of a trigger for a key.
SELECT * FROM automation_bucket
 WHERE automation_id = :automation_id AND trigger_id = :trigger_id AND bucket_key = :bucket_key;

-- name: bucket_write
-- The window of a trigger for a key, as it is now.
INSERT INTO automation_bucket (automation_id, trigger_id, bucket_key, start_us, end_us, events, body)
VALUES (:automation_id, :trigger_id, :bucket_key, :start_us, :end_us, :events, :body)
ON CONFLICT (automation_id, trigger_id, bucket_key) DO UPDATE SET
  start_us = excluded.start_us, end_us = excluded.end_us, events = excluded.events, body = excluded.body;

-- name: bucket_delete
-- The window of a trigger for a key is no more.
DELETE FROM automation_bucket
 WHERE automation_id = :automation_id AND trigger_id = :trigger_id AND bucket_key = :bucket_key;

-- name: buckets_over
-- Windows that have ended, the earliest first.
SELECT automation_bucket.* FROM automation_bucket
  JOIN automation ON automation.id = automation_bucket.automation_id AND automation.enabled = 1
 WHERE automation_bucket.end_us <= :now_us ORDER BY automation_bucket.end_us LIMIT :limit;

-- name: bucket_next_end
-- When the next window ends.
SELECT min(automation_bucket.end_us) AS end_us FROM automation_bucket
  JOIN automation ON automation.id = automation_bucket.automation_id AND automation.enabled = 1;

-- name: action_insert
-- An action that is to be performed.
INSERT INTO automation_action (id, automation_id, due_us, body) VALUES (:id, :automation_id, :due_us, :body)
ON CONFLICT (id) DO NOTHING;

-- name: action_due
-- The next action that is due, or whose performer has not come back.
SELECT * FROM automation_action WHERE due_us <= :now_us ORDER BY due_us, id LIMIT 1;

-- name: action_next
-- When the next action is due.
SELECT min(due_us) AS due_us FROM automation_action;

-- name: action_claim
-- An action is being performed; if nothing is heard of it, others may try after a while.
UPDATE automation_action SET owner = :owner, due_us = :until_us, tries = tries + 1
 WHERE id = :id AND due_us = :due_us;

-- name: action_delete
-- An action is done, or has failed; it counts for whoever has claimed it.
DELETE FROM automation_action WHERE id = :id AND tries = :tries;

