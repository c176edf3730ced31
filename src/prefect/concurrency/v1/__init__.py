"""Limits of tags, as releases before global limits took them: by the id of a task run, without leases."""

from __future__ import annotations
