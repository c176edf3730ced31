"""The table of commands: what exists, what it is for, and the module that is imported when it is asked for.

To add a noun: put a row here, and write the module with a ``Group`` (or, for a command without subcommands, a
``Command``) named ``app``; `variable.py` is an example, `command.py` explains how a function becomes a
command.
"""

from __future__ import annotations

from typing import NamedTuple


class Noun(NamedTuple):
    """A first word of the command line. `module` is below ``prefect._cli``."""

    name: str
    module: str
    help: str
    aliases: tuple[str, ...] = ()


NOUNS: tuple[Noun, ...] = (
    Noun("artifact", "artifact", "See and remove what runs left for people to look at."),
    Noun("automation", "automation", "Manage what is done when something happens.", ("automations",)),
    Noun("block", "block", "Manage blocks and their types.", ("blocks",)),
    Noun(
        "concurrency-limit",
        "concurrency_limit",
        "Limit how many task runs with a tag go on at once.",
        ("concurrency-limits",),
    ),
    Noun("config", "config", "See and change settings."),
    Noun("deployment", "deployment", "Look at deployments.", ("deployments",)),
    Noun("event", "event", "Watch what happens, and tell what did.", ("events",)),
    Noun("flow", "flow", "See flows.", ("flows",)),
    Noun("flow-run", "flow_run", "See and manage flow runs.", ("flow-runs",)),
    Noun(
        "global-concurrency-limit",
        "global_concurrency_limit",
        "Limit how many may do the same at once.",
        ("gcl",),
    ),
    Noun("profile", "profile", "Keep several sets of settings and choose between them.", ("profiles",)),
    Noun("server", "server", "Run the server, and look after it."),
    Noun("task-run", "task_run", "See task runs.", ("task-runs",)),
    Noun("variable", "variable", "Keep small values that flows read."),
    Noun("version", "version", "Say which version this is, and what it runs with."),
    Noun("worker", "worker", "Execute the runs of work pools.", ("workers",)),
)

BY_WORD = {word: noun for noun in NOUNS for word in (noun.name, *noun.aliases)}
