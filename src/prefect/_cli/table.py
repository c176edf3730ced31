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
    Noun("api", "api", "Send a request to the API."),
    Noun("artifact", "artifact", "See and remove what runs left for people to look at."),
    Noun("automation", "automation", "Manage what is done when something happens.", ("automations",)),
    Noun("block", "block", "Manage blocks and their types.", ("blocks",)),
    Noun("cloud", "cloud", "Log in to Prefect Cloud, and look after what is there."),
    Noun(
        "concurrency-limit",
        "concurrency_limit",
        "Limit how many task runs with a tag go on at once.",
        ("concurrency-limits",),
    ),
    Noun("config", "config", "See and change settings."),
    Noun("dashboard", "dashboard", "Open the pages of the server."),
    Noun("deploy", "deploy", "Deploy flows to work pools."),
    Noun("deployment", "deployment", "Manage deployments, and run them.", ("deployments",)),
    Noun("events", "event", "Watch what happens, and tell what did.", ("event",)),
    Noun("experimental", "experimental", "Commands of which the names may still change."),
    Noun("flow", "flow", "See flows.", ("flows",)),
    Noun("flow-run", "flow_run", "See and manage flow runs.", ("flow-runs",)),
    Noun(
        "global-concurrency-limit",
        "global_concurrency_limit",
        "Limit how many may do the same at once.",
        ("gcl",),
    ),
    Noun("plugins", "plugins", "Look at plugins."),
    Noun("init", "init", "Begin a project."),
    Noun("profile", "profile", "Keep several sets of settings and choose between them.", ("profiles",)),
    Noun("sdk", "sdk", "Make Python modules that run deployments."),
    Noun("server", "server", "Run the server, and look after it."),
    Noun("shell", "shell", "Run commands of the shell as flows."),
    Noun("task", "task", "Execute the background runs of tasks."),
    Noun("task-run", "task_run", "See task runs.", ("task-runs",)),
    Noun("transfer", "transfer", "Copy what is kept under one profile to another."),
    Noun("variable", "variable", "Keep small values that flows read."),
    Noun("version", "version", "Say which version this is, and what it runs with."),
    Noun(
        "work-pool",
        "work_pool",
        "Manage where runs are sent, and fetched by workers.",
        ("work-pools",),
    ),
    Noun("work-queue", "work_queue", "Manage the order in which runs of a pool go.", ("work-queues",)),
    Noun("worker", "worker", "Execute the runs of work pools."),
)

BY_WORD = {word: noun for noun in NOUNS for word in (noun.name, *noun.aliases)}
