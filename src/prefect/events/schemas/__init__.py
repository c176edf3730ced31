"""The models of events, triggers and automations."""
