"""Triggers of automations: from events to firings, decided on values alone."""
