"""Lines of log of a run: which ones, in which order, and how they look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from prefect._cli import client, render
from prefect._cli.errors import CommandError, UsageError

# how many lines --head and --tail show
SOME = 20
_LEVELS = {10: "DEBUG", 20: "INFO", 30: "WARNING", 40: "ERROR", 50: "CRITICAL"}
_STYLES = {"DEBUG": "dim", "INFO": "cyan", "WARNING": "yellow", "ERROR": "red", "CRITICAL": "bold red"}
_OLDEST, _NEWEST = "TIMESTAMP_ASC", "TIMESTAMP_DESC"

Line = dict[str, Any]


def chosen(
    criteria: Mapping[str, Any], *, head: bool, tail: bool, reverse: bool, count: int | None
) -> Iterable[list[Line]]:
    """The lines that are wanted, in the wanted order, in pages.

    The first `count` of them, or with `tail` or `reverse` the newest; None or 0 means all, and `SOME` for
    `head` and `tail`.
    """
    if head and tail:
        raise CommandError("--head and --tail cannot both be given.")
    if count is not None and count < 0:
        raise UsageError("--num-logs cannot be less than 0.")
    limit = count or (SOME if head or tail else None)
    from_newest = tail or (reverse and not head)
    body = {"logs": criteria, "sort": _NEWEST if from_newest else _OLDEST}
    if limit is None or from_newest == reverse:
        return client.pages("logs.filter", body, limit=limit)
    return [client.listed("logs.filter", body, limit=limit)[::-1]]


def show(pages: Iterable[list[Line]], label: str, as_json: bool) -> None:
    """Print lines of log; `label` stands for those that belong to no task run."""
    if as_json:
        render.json_value([line for page in pages for line in page])
        return
    labels: dict[str | None, str] = {None: label}
    for page in pages:
        print_lines(page, labels)


def print_lines(page: list[Line], labels: dict[str | None, str]) -> None:
    """Print lines, after completing `labels` with the names of the task runs that occur."""
    unknown = {line["task_run_id"] for line in page} - labels.keys()
    names = client.named("task_runs.filter", "task_runs", unknown)
    for id in unknown:
        labels[id] = f"Task run '{names.get(id, id)}'"
    for line in page:
        level = _LEVELS.get(line["level"], f"Level {line['level']}")
        at = render.styled(render.at(line["timestamp"]), "dim")
        shown = render.styled(f"{level:<7}", _STYLES.get(level, "bold"))
        render.line(f"{at} | {shown} | {labels[line['task_run_id']]} - {line['message']}")
