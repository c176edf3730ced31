"""The same requests to both servers: equal statuses, keys and types, but for what differs on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.compat import replies
from tests.compat.processes import Server
from tests.compat.replies import Answered

pytestmark = pytest.mark.timeout(300)

_BOTH = "a refusal has both keys wherever it comes from; clients read the one or the other"
_COUNTED = "slots are counted, where the original answers null"
_MORE = "there is more in the answer"
_HELPS = "the words of the reason, where the original answers an empty object"

# (part of the request, part of the difference, why)
DIFFERENCES: list[tuple[str, str, str]] = [
    ("GET /ready", ".keepers", _MORE),
    ("/flows/filter", "exception_", "an offset is checked with the limit, and refused in the same form"),
    ("/flows/filter", ".detail", "an offset is checked with the limit, and refused in the same form"),
    ("/flows/filter", ".request_body", "an offset is checked with the limit, and refused in the same form"),
    ("POST /flow_runs/", ".job_variables", "an object in every answer, where the original has null at first"),
    ("", ".exception_message is only with us", _BOTH),
    (replies.NOBODY, ".detail is only with us", _BOTH),
    (
        f"/flow_runs/{replies.NOBODY}/resume",
        "status 404, theirs 500",
        "a run that is not there is no failure",
    ),
    ("POST /deployments/", "status 422, theirs 500", "a name with a slash is no failure of the server"),
    ("POST /deployments/", ".exception_detail", "a name with a slash is no failure of the server"),
    ("POST /deployments/", ".request_body", "a name with a slash is no failure of the server"),
    ("POST /artifacts/", ".ctx.error", _HELPS),
    ("POST /variables/", ".ctx.error", _HELPS),
    ("/block", ".block_schema_references", "the schema is answered as it was sent"),
    ("/work_pools/", ".active_slots", _COUNTED),
    ("/work_queues/", ".active_slots", _COUNTED),
    ("/get_scheduled_flow_runs", ".flow_run.work_", "the pool and the queue are named here, too"),
    ("/work_queue_check", "[].", _MORE),
    ("/events/count-by/nothing", "", "what cannot be counted by is refused in words"),
    (
        "POST /automations/",
        ".exception_detail",
        "another check of the kind of a trigger, with its own details",
    ),
]


@pytest.fixture(scope="module")
def answers(our_server: Server, their_server: Server) -> tuple[dict[str, Answered], dict[str, Answered]]:
    return replies.held(our_server.url), replies.held(their_server.url)


def test_replies_are_those_of_the_original(
    answers: tuple[dict[str, Answered], dict[str, Answered]],
) -> None:
    ours, theirs = answers
    found = [
        f"{asked}: {difference}"
        for asked in ours
        for difference in _between(ours[asked], theirs[asked])
        if not any(part in asked and what in difference for part, what, _ in DIFFERENCES)
    ]
    assert found == []


def test_no_listed_difference_is_gone(
    answers: tuple[dict[str, Answered], dict[str, Answered]],
) -> None:
    ours, theirs = answers
    there = {asked: list(_between(ours[asked], theirs[asked])) for asked in ours}
    gone = [
        (part, what)
        for part, what, _ in DIFFERENCES
        if not any(part in asked and any(what in each for each in found) for asked, found in there.items())
    ]
    assert gone == []


def _between(ours: Answered, theirs: Answered) -> Iterator[str]:
    if ours.status != theirs.status:
        yield f"status {ours.status}, theirs {theirs.status}"
    yield from _differing(ours.shape, theirs.shape, "")


def _differing(ours: Any, theirs: Any, at: str) -> Iterator[str]:
    match ours, theirs:
        case dict(), dict():
            for key in sorted({*ours, *theirs}):
                if key in ours and key in theirs:
                    yield from _differing(ours[key], theirs[key], f"{at}.{key}")
                else:
                    yield f"{at}.{key} is only with {'us' if key in ours else 'them'}"
        case [mine, *_], [other, *_]:
            yield from _differing(mine, other, f"{at}[]")
        case _ if ours != theirs:
            yield f"{at} is {ours}, theirs {theirs}"
