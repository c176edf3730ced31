"""When schedules fire: intervals, cron expressions and recurrence rules as instants in microseconds."""
