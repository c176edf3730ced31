"""A server under requests that its own description makes, and under websocket frames that are almost right.

    python benchmarks/fuzz.py [--examples 40] [--frames 10000] [--seed 1] [--only WORD]
        [--store sqlite|postgres]

Requests are drawn for each endpoint of the OpenAPI document, valid ones and invalid ones; ids in them are
often those of objects that are there. These must hold:

- no answer has a status of 500 or more, and none has a status that the document does not name;
- a refusal says why, in words; what is answered otherwise fits to the document.

Frames are the messages of the five websockets; in each talk one is changed, left out, doubled, comes at the
wrong time, or is no proper frame (`raw_frames.py`). These must hold: the server answers a ping, or closes
with a code and a reason; it never breaks off, logs no error, and serves the next client.

At the end of all that the work of the server goes on: no keeper fails.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import re
import string
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import raw_frames
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from schemathesis.generation import GenerationMode
from serving import postgres
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from prefect._api import serve
from prefect._api.keeping import Keeping
from prefect._store.sqlite.store import TemporaryStore
from prefect._store.store import Store

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
RAW_SHARE = 0.25  # of the talks: bytes that no library would send
ALWAYS = {404, 405}  # what a path that leads nowhere is answered with, whatever the endpoint


class Finding(NamedTuple):
    """Something that must not be."""

    where: str
    what: str
    example: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\n    {self.example[:600]}"


# -- requests --------------------------------------------------------------------------------------------


KINDS = {"queues": "work_queue", "saved_searches": "saved_search", "input": "input", "views": "view"}
"""Of what kind the things are whose name or id comes after a segment, where the segment does not say so."""

INSTEAD: dict[str, Any] = {
    "history_start": "2026-01-01T00:00:00Z",
    "history_end": "2026-01-02T00:00:00Z",
    "history_interval_seconds": 3600,
    "since": "2026-01-01T00:00:00Z",
    "until": "2026-01-02T00:00:00Z",
    "block_type_slug": "fuzz",
    "slug": "fuzz",
    "name": "fuzz",
    "key": "fuzz",
    "time_unit": "hour",
    "time_interval": 1,
}
"""What mostly stands where what is drawn would hardly ever do."""


class World:
    """Objects that are there, so that requests reach more than "not found"."""

    def __init__(self, http: httpx.Client, chance: random.Random) -> None:
        self._http, self._chance = http, chance
        self.ids: dict[str, list[str]] = {}
        self.names: dict[str, list[str]] = {}
        self.fill()

    def fill(self) -> None:
        """Make everything anew: who was asked before may have taken things away."""
        self.ids.clear()
        self.names.clear()
        mark = uuid4().hex[:8]
        flow = self._made("flow", "/flows/", {"name": "fuzz"})
        pool = self._made("work_pool", "/work_pools/", {"name": f"fuzz-{mark}", "type": "process"}, "name")
        queue = self._made("work_queue", f"/work_pools/{pool}/queues", {"name": "side"})
        state = {"type": "PENDING"}
        deployment = {"name": f"fuzz-{mark}", "flow_id": flow, "work_pool_name": pool, "paused": True}
        deployment["schedules"] = [{"schedule": {"interval": 3600}, "active": False}]
        deployed = self._made("deployment", "/deployments/", deployment)
        schedule = self._http.get(f"/deployments/{deployed}/schedules").json()[0]["id"]
        self._keep("schedule", schedule)
        run = self._made(
            "flow_run", "/flow_runs/", {"flow_id": flow, "state": state, "deployment_id": deployed}
        )
        task = {"flow_run_id": run, "task_key": "k", "dynamic_key": mark, "state": state}
        self._made("task_run", "/task_runs/", task)
        for path in ("flow_run_states", "task_run_states"):
            kind = path.removesuffix("_states")
            listed = self._http.get(f"/{path}/", params={f"{kind}_id": self.ids[kind][-1]}).json()
            self._keep(f"{kind}_state", listed[0]["id"])
        self._made("variable", "/variables/", {"name": f"fuzz_{mark}", "value": 1}, "name")
        self._made("artifact", "/artifacts/", {"key": f"fuzz-{mark}", "type": "markdown", "data": "x"}, "key")
        block_type = self._made("block_type", "/block_types/", {"name": mark, "slug": f"fuzz-{mark}"}, "slug")
        type_id = self.ids["block_type"][-1]
        schema = self._made(
            "block_schema",
            "/block_schemas/",
            {"fields": {"title": mark}, "block_type_id": type_id},
            "checksum",
        )
        document = {"name": "fuzz", "data": {}, "block_schema_id": self.ids["block_schema"][-1]}
        self._made("block_document", "/block_documents/", {**document, "block_type_id": type_id})
        self._made(
            "concurrency_limit",
            "/concurrency_limits/",
            {"tag": f"fuzz-{mark}", "concurrency_limit": 2},
            "tag",
        )
        self._made(
            "concurrency_limit", "/v2/concurrency_limits/", {"name": f"fuzz-{mark}", "limit": 2}, "name"
        )
        trigger = {"type": "event", "posture": "Reactive", "expect": ["x"], "threshold": 1, "within": 0}
        automation = {"name": "fuzz", "trigger": trigger, "actions": [{"type": "do-nothing"}]}
        self._made("automation", "/automations/", automation)
        self._made("saved_search", "/saved_searches/", {"name": f"fuzz-{mark}"}, method="PUT")
        self._http.post(f"/work_pools/{pool}/workers/heartbeat", json={"name": "w"})
        self._http.post(f"/flow_runs/{run}/input", json={"key": "fuzz", "value": "1"})
        self.names |= {
            "flow": ["fuzz"],
            "deployment": [deployment["name"]],
            "work_queue": ["side"],
            "worker": ["w"],
            "input": ["fuzz"],
            "block_document": ["fuzz"],
            "view": ["aggregate-worker-metadata"],
        }
        del queue, block_type, schema

    def _made(self, kind: str, path: str, body: Any, named: str | None = None, method: str = "POST") -> str:
        answer = self._http.request(method, path, json=body)
        assert answer.is_success, f"{path}: {answer.text}"
        self._keep(kind, answer.json()["id"])
        if named is None:
            return answer.json()["id"]
        self.names.setdefault(kind, []).append(answer.json()[named])
        return answer.json()[named]

    def _keep(self, kind: str, id: str) -> None:
        self.ids.setdefault(kind, []).append(id)

    def place(self, path: str, parameters: dict[str, Any]) -> None:
        """Mostly put what exists where the path names an object."""
        before = path.split("/")
        for name in parameters:
            if self._chance.random() < 0.25:
                continue
            segment = before[before.index(f"{{{name}}}") - 1].replace("-", "_")
            kind = name.removesuffix("_id") if name.endswith("_id") and name != "resource_id" else ""
            kind = kind or name.removesuffix("_name").removesuffix("name")
            there = {*self.ids, *self.names}
            kind = kind if kind in there else KINDS.get(segment, segment.removesuffix("s"))
            kind = kind if kind in there else _owner(before, name)
            pool = self.ids if name == "id" or name.endswith("id") else self.names
            if known := pool.get(kind):
                parameters[name] = self._chance.choice(known)

    def fit(self, value: Any, key: str = "") -> Any:
        """`value` with ids of objects that are there in most places where there are ids."""
        if isinstance(value, dict):
            return {name: self.fit(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.fit(inner, key) for inner in value]
        if key in INSTEAD and self._chance.random() < 0.75:
            return INSTEAD[key]
        if key == "wait_s" and isinstance(value, (int, float)) and not isinstance(value, bool):
            return min(value, 0.01)  # some would wait for work that never comes
        if isinstance(value, str) and _UUID.fullmatch(value) and self._chance.random() < 0.75:
            known = self.ids.get(key.removesuffix("_id")) or [i for ids in self.ids.values() for i in ids]
            return self._chance.choice(known)
        return value


def _owner(segments: Sequence[str], name: str) -> str:
    """The kind of object that a placeholder stands for, by the segment that begins the path."""
    return next((s for s in segments if s not in ("", "api", "v2")), "").removesuffix("s")


Reached = dict[str, Counter[int]]


def requests(
    url: str,
    document: dict[str, Any],
    examples: int,
    seed: int,
    only: str = "",
    reached: Reached | None = None,
) -> list[Finding]:
    """What was wrong with the answers to requests that fit to `document`, and to such that do not.

    `reached` is given the statuses of the answers of each endpoint.
    """
    reached = {} if reached is None else reached
    findings: dict[tuple[str, str], Finding] = {}
    schema = schemathesis.openapi.from_dict(document)
    with httpx.Client(base_url=url, trust_env=False, timeout=30) as http:
        world = World(http, random.Random(seed))
        listed = [found.ok() for found in schema.get_all_operations()]
        # objects are taken away after everything else was asked of them
        listed.sort(key=lambda operation: operation.method.upper() == "DELETE")
        for operation in listed:
            if only in f"{operation.method.upper()} {operation.path}":
                world.fill()
                for finding in _asked(http, operation, world, examples, seed, reached):
                    findings.setdefault((finding.where, finding.what), finding)
    return list(findings.values())


def _asked(
    http: httpx.Client, operation: Any, world: World, examples: int, seed: int, reached: Reached
) -> Iterator[Finding]:
    found: list[Finding] = []
    where = f"{operation.method.upper()} {operation.path}"
    statuses = reached.setdefault(where, Counter())
    known = {int(status) for status in operation.definition.raw["responses"]} | ALWAYS

    def _ask(case: Any) -> None:
        world.place(operation.path, case.path_parameters or {})
        has_body = case.body is not None and type(case.body).__name__ != "NotSet"
        if has_body:
            case.body = world.fit(case.body)
        sent = case.as_transport_kwargs(base_url=str(http.base_url.copy_with(path="/")))
        for name in ("cookies", "stream", "verify"):
            sent.pop(name, None)
        answer = http.request(sent.pop("method"), sent.pop("url"), **_plain(sent))
        statuses[answer.status_code] += 1
        for what in _wrong(answer, known):
            found.append(Finding(where, what, _shown(answer)))
        if answer.is_success and answer.content:
            try:
                operation.validate_response(_as_response(answer))
            except Exception as error:  # noqa: BLE001 - whatever the check says is wrong with the answer
                what = str(error).strip().splitlines()
                found.append(Finding(where, "answer: " + " ".join(what)[:300], _shown(answer)))

    modes = [GenerationMode.POSITIVE]
    if operation.body or operation.query:
        modes.append(GenerationMode.NEGATIVE)
    for mode in modes:
        run = given(operation.as_strategy(generation_mode=mode))(_ask)
        run = settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(run)
        try:
            seeded(seed)(run)()
        except Exception as error:  # noqa: BLE001 - what cannot be asked is told as well
            if "Unsatisfiable" not in type(error).__name__:
                yield Finding(where, f"could not be asked: {type(error).__name__}: {error}"[:300], "")
    yield from found


def _plain(sent: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in sent.items() if value is not None and name in _TAKEN}


_TAKEN = {"headers", "params", "json", "data", "content"}


def _as_response(answer: httpx.Response) -> Any:
    from schemathesis.core.transport import Response

    return Response.from_httpx(answer, verify=False)


def _wrong(answer: httpx.Response, known: set[int]) -> Iterator[str]:
    if answer.status_code >= 500:
        yield f"status {answer.status_code}"
    elif answer.status_code not in known:
        yield f"status {answer.status_code} is not in the document"
    elif answer.status_code >= 400 and len(_told(answer)) < 8:
        yield f"status {answer.status_code} tells nothing: {answer.text[:80]!r}"


def _told(answer: httpx.Response) -> str:
    try:
        told = answer.json()
    except ValueError:
        return ""
    if not isinstance(told, dict):
        return ""
    details = told.get("exception_detail") or []
    return str(
        told.get("detail") or "; ".join(d.get("msg", "") for d in details) or told.get("exception_message")
    )


def _shown(answer: httpx.Response) -> str:
    sent = answer.request
    asked = f"{sent.method} {sent.url.raw_path.decode()} {sent.read()[:700]!r}"
    return f"{asked} -> {answer.status_code} {answer.text[:300]}"


# -- frames ----------------------------------------------------------------------------------------------

Message = dict[str, Any]
_AUTH: Message = {"type": "auth", "token": None}
_EVENT: Message = {
    "occurred": "2026-01-01T00:00:00Z",
    "event": "fuzz.happened",
    "resource": {"prefect.resource.id": "fuzz.1"},
    "related": [{"prefect.resource.id": "fuzz.2", "prefect.resource.role": "friend"}],
    "payload": {"a": [1, 2.5, None, "x"]},
    "id": "00000000-0000-0000-0000-000000000001",
    "follows": None,
}
_EVENTS: Message = {
    "type": "filter",
    "backfill": True,
    "filter": {
        "occurred": {"since": "2026-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"},
        "event": {"prefix": ["fuzz."], "exclude_name": ["x"]},
        "resource": {"id": ["fuzz.1"], "labels": {"a": ["b*", "!c"]}},
        "any_resource": [{"id_prefix": ["fuzz"]}],
        "text": {"query": "happened -never"},
        "order": "ASC",
    },
}
_LOGS: Message = {
    "type": "filter",
    "filter": {
        "level": {"ge_": 0, "le_": 50},
        "timestamp": {"after_": "2026-01-01T00:00:00Z"},
        "flow_run_id": {"any_": ["00000000-0000-0000-0000-000000000002"]},
    },
}
_SUBSCRIBE: Message = {"type": "subscribe", "keys": ["fuzz-1", "fuzz-2"], "client_id": "fuzz", "window": 3}


def _frame(type_: str, **payload: Any) -> Message:
    return {"type": type_, "id": str(uuid4()), "sent_at": "2026-01-01T00:00:00Z", "payload": payload}


_WORKER = {"consumer_id": "c1", "worker_name": "w", "heartbeat_interval_seconds": 30}
_RESERVED = {"message_id": str(uuid4()), "reservation_token": str(uuid4())}
_HELLO = _frame(
    "worker.hello.v1",
    **_WORKER,
    worker_type="process",
    supported_channel_versions=["work_pool_worker_channel.v1"],
    requested_capabilities=["worker_heartbeat.v1", "work_pool_snapshot.v1", "cleanup_delivery.v1"],
    work_queue_names=["default"],
    handled_cleanup_kinds=["pending_claim_teardown.v1"],
    max_cleanup_concurrency=2,
    create_pool_if_not_found=True,
    default_base_job_template={"variables": {}, "job_configuration": {}},
    worker_metadata={"integrations": []},
)
SCRIPTS: dict[str, list[Message]] = {
    "/events/in": [_AUTH, _EVENT, {**_EVENT, "payload": {}}],
    "/events/out": [_AUTH, _EVENTS, _EVENTS],
    "/logs/out": [_AUTH, _LOGS],
    "/task_runs/subscriptions/scheduled": [_AUTH, _SUBSCRIBE, {"type": "ack"}, {"type": "quit"}],
    "/work_pools/fuzz-frames/workers/connect": [
        _AUTH,
        _HELLO,
        _frame("worker.heartbeat.v1", **_WORKER),
        _frame("cleanup.ack.v1", **_RESERVED),
        _frame("cleanup.release.v1", **_RESERVED, reason="why"),
    ],
}
"""What a client says on each socket when it says the right thing."""


def _odd(chance: random.Random) -> Any:
    """A value that hardly ever is the right one."""
    made: Callable[[], Any] = chance.choice(
        [
            lambda: None,
            lambda: True,
            lambda: chance.choice([-1, 0, 2**31, 2**63 - 1, 2**63, 2**64, -(2**70), 10**400]),
            lambda: chance.choice([1e308, -0.0, 5e-324, 0.1]),
            lambda: "".join(
                chance.choices(string.printable + "\0\u2028\u00e9\U0001f600", k=chance.randrange(9))
            ),
            lambda: "x" * chance.choice([200, 70_000]),
            lambda: chance.choice(
                ["9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00-14:00", "2026-13-01", "P1D"]
            ),
            lambda: str(uuid4()),
            list,
            dict,
            lambda: [{}, [None], "x", 1],
            lambda: {"": {"__proto__": [1]}, "$ref": "x"},
            lambda: _deep(chance.choice([50, 300, 1_500])),
        ]
    )
    return made()


def _deep(levels: int) -> Any:
    value: Any = "bottom"
    for _ in range(levels):
        value = [value]
    return value


def _changed(value: Any, chance: random.Random) -> Any:
    """`value` with something in it changed."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        found = dict(value)
        key = chance.choice(list(found))
        match chance.randrange(8):
            case 0:
                del found[key]
            case 1:
                found[chance.choice(["surplus", "", "type", "id"])] = _odd(chance)
            case _:
                found[key] = _changed(found[key], chance)
        return found
    if isinstance(value, list) and value and chance.random() < 0.7:
        found = list(value)
        at = chance.randrange(len(found))
        found[at] = _changed(found[at], chance)
        return found * chance.choice([1, 1, 1, 50])
    return _odd(chance)


def _text(message: Any, chance: random.Random) -> str | bytes:
    """A frame that carries `message`, or something like it."""
    text = _written(message)
    match chance.randrange(12):
        case 0:
            return text[: chance.randrange(len(text) + 1)]
        case 1:
            raw = bytearray(text.encode())
            for _ in range(chance.randrange(1, 6)):
                raw[chance.randrange(len(raw))] = chance.randrange(256)
            return bytes(raw)
        case 2:
            return text.encode()
        case 3:
            return text.replace('"', chance.choice(["'", '\\"', "", '"\\ud800']), chance.randrange(1, 4))
        case 4:
            return chance.choice(
                ["", " ", "null", "[]", "{}", "NaN", "1e999", "-", '"', text + text, "\ufeff" + text]
            )
        case _:
            return text


def _written(value: Any) -> str:
    try:
        return json.dumps(value)
    except (RecursionError, ValueError):  # deeper than this process can write; more digits than it does
        return "[" * 3_000


def _frames_of(script: list[Message], chance: random.Random) -> list[str | bytes]:
    """The script with one thing or more done wrong."""
    said: list[Any] = list(script)
    wrong = chance.randrange(len(said)) if chance.random() < 0.9 else 0
    if chance.random() < 0.8:
        wrong = max(wrong, 1)  # mostly past the greeting
    frames: list[str | bytes] = [_written(message) for message in said]
    match chance.randrange(10):
        case 0:
            frames.insert(wrong, frames[wrong])
        case 1:
            del frames[wrong]
        case 2:
            chance.shuffle(frames)
        case _:
            frames[wrong] = _text(_changed(said[wrong], chance), chance)
    return frames or [""]


class End(NamedTuple):
    """How the server took frames, and what of that must not be."""

    how: str
    wrong: str | None = None


def frames(url: str, count: int, seed: int, ends: Counter[str] | None = None) -> list[Finding]:
    """What went wrong on the websockets in `count` talks with something wrong in each.

    `ends` is given how many of them ended how.
    """
    chance = random.Random(seed)
    findings: dict[tuple[str, str], Finding] = {}
    for _ in range(count):
        path = chance.choice(list(SCRIPTS))
        if chance.random() < RAW_SHARE:
            end, example = _talked_raw(url, path, chance)
        else:
            said = _frames_of(SCRIPTS[path], chance)
            end, example = _talked(url, path, said), repr([frame[:300] for frame in said])
        if ends is not None:
            ends[f"{path}: {end.how}"] += 1
        if end.wrong is not None:
            findings.setdefault((path, end.wrong), Finding(path, end.wrong, example))
    return list(findings.values())


def _talked_raw(url: str, path: str, chance: random.Random) -> tuple[End, str]:
    """How the server took bytes that are no proper frames, and what they were."""
    script = [_written(message).encode() for message in SCRIPTS[path]]
    place = chance.randrange(len(script))
    raw = raw_frames.drawn(script[place], chance)
    try:
        how = raw_frames.talked(url + path, script[:place], raw, resets=chance.random() < 0.05)
    except raw_frames.Broken as broken:
        return End("raw", f"{raw.kind}: {broken}"), repr(raw.sent[:300])
    return End(f"no proper frame, {how}"), ""


def _talked(url: str, path: str, said: Sequence[str | bytes]) -> End:
    """How the server took the frames."""
    try:
        with _open(url + path) as socket:
            try:
                for frame in said:
                    socket.send(frame)
                if not socket.ping(ack_on_close=True).wait(10):
                    return _bad("no answer to a ping")
            except ConnectionClosed as closed:
                return _ended(closed)
            # what the server thinks of the last frame may come after the answer to the ping
            try:
                while True:
                    socket.recv(timeout=0.002)
            except TimeoutError:
                return End("open, and answers")
            except ConnectionClosed as closed:
                return _ended(closed)
    except InvalidStatus as refused:
        return _bad(f"refused with {refused.response.status_code}")


def _bad(what: str) -> End:
    return End(what, what)


@contextmanager
def _open(url: str) -> Iterator[ClientConnection]:
    prefect: Any = "prefect"
    with connect(
        url.replace("http", "ws", 1), subprotocols=[prefect], proxy=None, close_timeout=5, compression=None
    ) as socket:
        yield socket


def _ended(closed: ConnectionClosed) -> End:
    told = closed.rcvd
    if told is None:
        return _bad("broken off without a close frame")
    if told.code == 1000 or (told.reason and told.code != 1011):
        return End(f"closed with {told.code}{' and a reason' if told.reason else ''}")
    return _bad(f"closed with {told.code} and the reason {told.reason!r}")


# -- the campaign ----------------------------------------------------------------------------------------


class Log(logging.Handler):
    """What the server reports as an error while this is attached."""

    NAMES = ("prefect.server", "uvicorn.error", "asyncio")

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def __enter__(self) -> Log:
        for name in self.NAMES:
            logging.getLogger(name).addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        for name in self.NAMES:
            logging.getLogger(name).removeHandler(self)


@contextmanager
def serving(store: Store | None = None) -> Iterator[str]:
    """A server with its keepers in a thread of this process, on an empty database; its address."""
    store = store or TemporaryStore()
    listener = serve.listen("127.0.0.1", 0)
    keeping = Keeping(store)
    keeping.start()
    server = serve.make_server(store, keeping)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.stop()
        thread.join(10)
        keeping.close()
        store.close()


def kept(root: str) -> list[Finding]:
    """Keepers that have failed since the server began."""
    told = httpx.get(f"{root}/api/ready", trust_env=False, timeout=60).json()
    return [
        Finding(f"the keeper {name}", f"failed {report['failures']} times", str(report["why"]))
        for name, report in told["keepers"].items()
        if report["last_failure"]
    ]


@contextmanager
def _database(kind: str) -> Iterator[Store]:
    if kind == "sqlite":
        yield TemporaryStore()
        return
    from prefect._store.postgres import PostgresStore

    cluster = postgres()
    name = cluster.ready()
    yield PostgresStore(name)
    cluster.drop(name)


def described(root: str) -> dict[str, Any]:
    """The server's OpenAPI document."""
    return httpx.get(f"{root}/openapi.json", trust_env=False, timeout=60).raise_for_status().json()


def _coverage(reached: Reached) -> str:
    """How far the requests came."""
    total = sum((statuses for statuses in reached.values()), Counter[int]())
    told = ", ".join(f"{status} {count}" for status, count in sorted(total.items()))
    refused = [where for where, statuses in reached.items() if not any(s < 400 for s in statuses)]
    lines = [
        f"{total.total()} requests to {len(reached)} endpoints, answered with {told}",
        f"endpoints that refused all that they were asked: {len(refused)}",
    ]
    return "\n".join(lines + [f"    {where}: {dict(reached[where])}" for where in refused])


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--examples", type=int, default=40, help="for each endpoint, as many wrong ones again"
    )
    parser.add_argument("--frames", type=int, default=10_000, help="how many are wrong, each in its talk")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="endpoints that have this in method and path")
    parser.add_argument("--store", choices=["sqlite", "postgres"], default="sqlite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["PREFECT_HOME"] = home
        with Log() as log, _database(options.store) as store, serving(store) as root:
            reached: Reached = {}
            document = described(root)
            found = requests(root + "/api", document, options.examples, options.seed, options.only, reached)
            ends: Counter[str] = Counter()
            found += frames(root + "/api", options.frames, options.seed, ends)
            found += kept(root)
    print(_coverage(reached))
    for how, number in sorted(ends.items()):
        print(f"{number:6} {how}")
    for finding in found:
        print(finding)
    for line in log.lines:
        print(line)
    print(
        f"{options.frames} frames, {options.examples} examples of each endpoint: "
        f"{len(found)} findings, {len(log.lines)} errors logged"
    )
    return 1 if found or log.lines else 0


if __name__ == "__main__":
    sys.exit(main())
