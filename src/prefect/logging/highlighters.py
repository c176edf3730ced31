"""Highlighters of the rich library for log lines; their styles are set in the logging configuration."""

from __future__ import annotations

from rich.highlighter import RegexHighlighter

from prefect._base.state import StateType

_LEVELS = [rf"(?P<{name.lower()}_level>{name})" for name in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")]
_URLS = [r"(?P<web_url>(?:https?|wss?)://[^\s'\"]+)", r"(?P<local_url>file://[^\s'\"]+)"]
_NAMES = [
    r"(?i)(?P<flow_run_name>(?<=flow run) '(.*?)')",
    r"(?i)(?P<flow_name>(?<=flow) '(.*?)')",
    r"(?i)(?P<task_run_name>(?<=task run) '(.*?)')",
    r"(?i)(?P<task_name>(?<=task) '(.*?)')",
]
_STATES = [
    *(rf"(?P<{kind.value.lower()}_state>{kind.value.capitalize()})" for kind in StateType),
    r"(?P<cached_state>Cached(?=\(type=COMPLETED\)))",
]


class LevelHighlighter(RegexHighlighter):
    """Marks the names of log levels."""

    base_style = "level."
    highlights = _LEVELS


class UrlHighlighter(RegexHighlighter):
    """Marks addresses of pages and files."""

    base_style = "url."
    highlights = _URLS


class NameHighlighter(RegexHighlighter):
    """Marks the names of flows, tasks and runs."""

    base_style = "name."
    highlights = _NAMES


class StateHighlighter(RegexHighlighter):
    """Marks the names of states."""

    base_style = "state."
    highlights = _STATES


class PrefectConsoleHighlighter(RegexHighlighter):
    """Marks all of these."""

    base_style = "log."
    highlights = [*_LEVELS, *_URLS, *_NAMES, *_STATES]  # noqa: RUF012 - as the base class has it
