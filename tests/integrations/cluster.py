"""A small Kubernetes: the part of its API that jobs need, over HTTP; its pods are processes of this machine.

A job makes a pod; the pod starts the command of its container with its environment, once its image is known.
Objects have versions, and lists can be watched from any of them, as with a real one.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]

WATCH_S = 60.0
_PATH = re.compile(
    r"/(?:api/v1|apis/batch/v1)(?:/namespaces/(?P<namespace>[^/]+))?"
    r"/(?P<kind>jobs|pods|secrets|events|namespaces)(?:/(?P<name>[^/]+))?(?:/(?P<part>log|status))?"
)
_TYPES = {
    "jobs": ("batch/v1", "Job"),
    "pods": ("v1", "Pod"),
    "secrets": ("v1", "Secret"),
    "events": ("v1", "Event"),
    "namespaces": ("v1", "Namespace"),
}


def _resources(group: str, *names: str) -> Json:
    verbs = ["create", "delete", "get", "list", "patch", "update", "watch"]
    return {
        "kind": "APIResourceList",
        "groupVersion": group,
        "resources": [
            {
                "name": name,
                "singularName": name[:-1],
                "kind": _TYPES[name][1],
                "namespaced": name != "namespaces",
                "verbs": verbs,
            }
            for name in names
        ],
    }


_V1 = {"groupVersion": "batch/v1", "version": "v1"}
_DISCOVERY: dict[str, Json] = {
    "/version": {"major": "1", "minor": "33", "gitVersion": "v1.33.0"},
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {
        "kind": "APIGroupList",
        "groups": [{"name": "batch", "versions": [_V1], "preferredVersion": _V1}],
    },
    "/api/v1": _resources("v1", "pods", "secrets", "events", "namespaces"),
    "/apis/batch/v1": _resources("batch/v1", "jobs"),
}


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(self, status: HTTPStatus, reason: str, message: str) -> None:
        super().__init__(message)
        self.status, self.reason = status, reason


class Cluster:
    """The state, and what happens in it. `images` are those that a node can get."""

    def __init__(self, folder: Path, images: set[str]) -> None:
        self.folder = folder
        self.images = images
        self.changed = threading.Condition()
        self.objects: dict[tuple[str, str, str], Json] = {}
        self.history: list[tuple[int, str, str, Json]] = []
        self.version = 0
        self.is_over = False
        self.unserved: list[str] = []
        """Requests that this part of the API does not know."""
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._threads: list[threading.Thread] = []
        for name in ("kube-system", "default"):
            self.put("namespaces", "", {"metadata": {"name": name}})

    # -- objects ------------------------------------------------------------------------------------------

    def put(self, kind: str, namespace: str, body: Json, change: str = "ADDED") -> Json:
        """Keep an object as it is from now on; a new one gets a name, an id and a time."""
        with self.changed:
            self.version += 1
            body = copy.deepcopy(body)
            meta = body.setdefault("metadata", {})
            if change == "ADDED":
                meta.setdefault("name", meta.get("generateName", kind) + uuid.uuid4().hex[:5])
                if (kind, namespace, meta["name"]) in self.objects:
                    raise Refusal(
                        HTTPStatus.CONFLICT, "AlreadyExists", f'{kind} "{meta["name"]}" already exists'
                    )
                meta |= {"uid": str(uuid.uuid4()), "creationTimestamp": _now()}
                if namespace:
                    meta["namespace"] = namespace
            meta["resourceVersion"] = str(self.version)
            body["apiVersion"], body["kind"] = _TYPES[kind]
            key = (kind, namespace, meta["name"])
            if change == "DELETED":
                self.objects.pop(key, None)
            elif change == "ADDED" or key in self.objects:
                self.objects[key] = body
            else:
                return body  # deleted meanwhile
            self.history.append((self.version, kind, change, body))
            self.changed.notify_all()
            return copy.deepcopy(body)

    def get(self, kind: str, namespace: str, name: str) -> Json:
        """The object of a name; raises `Refusal`."""
        with self.changed:
            found = self.objects.get((kind, namespace, name))
            if found is None:
                raise Refusal(HTTPStatus.NOT_FOUND, "NotFound", f'{kind} "{name}" not found')
            return copy.deepcopy(found)

    def change(self, kind: str, namespace: str, name: str, how: Callable[[Json], None]) -> None:
        """Change an object that may have been deleted meanwhile."""
        with self.changed:
            if (kind, namespace, name) in self.objects:
                body = self.get(kind, namespace, name)
                how(body)
                self.put(kind, namespace, body, "MODIFIED")

    def listed(self, kind: str, namespace: str | None, query: Json) -> list[Json]:
        """The objects of a kind, as far as the selectors of a query fit."""
        with self.changed:
            return [
                copy.deepcopy(body)
                for (of, place, _), body in self.objects.items()
                if of == kind and namespace in (None, place) and _fits(body, query)
            ]

    def delete(self, kind: str, namespace: str, name: str) -> Json:
        """Delete an object, and a job with its pods."""
        body = self.get(kind, namespace, name)
        if kind == "jobs":
            for pod in self.listed("pods", namespace, {"labelSelector": f"job-name={name}"}):
                self.delete("pods", namespace, pod["metadata"]["name"])
        elif kind == "pods" and (process := self._processes.get(name)) is not None:
            process.terminate()
        return self.put(kind, namespace, body, "DELETED")

    # -- jobs and their pods ------------------------------------------------------------------------------

    def create(self, kind: str, namespace: str, body: Json) -> Json:
        """Keep a new object, and begin what it asks for."""
        made = self.put(kind, namespace, body)
        if kind == "jobs":
            thread = threading.Thread(target=self._work, args=(namespace, made))
            self._threads.append(thread)
            thread.start()
        return made

    def _work(self, namespace: str, job: Json) -> None:
        name, template = job["metadata"]["name"], job["spec"]["template"]
        labels = {**template.get("metadata", {}).get("labels", {}), "job-name": name}
        owner = {"apiVersion": "batch/v1", "kind": "Job", "name": name, "uid": job["metadata"]["uid"]}
        pod = self.put(
            "pods",
            namespace,
            {
                "metadata": {"generateName": f"{name}-", "labels": labels, "ownerReferences": [owner]},
                "spec": template["spec"],
                "status": {"phase": "Pending"},
            },
        )
        pod_name = pod["metadata"]["name"]
        self.change("jobs", namespace, name, lambda it: it.update(status={"active": 1, "startTime": _now()}))
        container = template["spec"]["containers"][0]
        if container["image"] not in self.images:
            why = f'Back-off pulling image "{container["image"]}"'
            waiting = {"waiting": {"reason": "ImagePullBackOff", "message": why}}
            self._pod(namespace, pod_name, "Pending", container, waiting)
            self._give_up(namespace, name, job["spec"].get("activeDeadlineSeconds"))
            return
        log = self.folder / pod_name
        with log.open("wb") as output:
            process = subprocess.Popen(
                _command(container),
                env=_environment(container),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._processes[pod_name] = process
        self._pod(namespace, pod_name, "Running", container, {"running": {"startedAt": _now()}})
        code = process.wait()
        ended = {"terminated": {"exitCode": code if code >= 0 else 128 - code, "finishedAt": _now()}}
        self._pod(namespace, pod_name, "Failed" if code else "Succeeded", container, ended)
        condition = {"type": "Failed" if code else "Complete", "status": "True", "lastTransitionTime": _now()}
        if code:
            condition |= {
                "reason": "BackoffLimitExceeded",
                "message": "Job has reached the specified backoff limit",
            }
        status = {"failed" if code else "succeeded": 1, "startTime": _now(), "conditions": [condition]}
        if not code:
            status["completionTime"] = _now()
        self.change("jobs", namespace, name, lambda it: it.update(status=status))

    def _give_up(self, namespace: str, name: str, deadline_s: float | None) -> None:
        """A job that has a deadline fails at it; without one it waits for ever."""

        def is_gone() -> bool:
            return self.is_over or ("jobs", namespace, name) not in self.objects

        with self.changed:
            if self.changed.wait_for(is_gone, deadline_s):
                return
        why = {"reason": "DeadlineExceeded", "message": "Job was active longer than specified deadline"}
        condition = {"type": "Failed", "status": "True", "lastTransitionTime": _now(), **why}
        status = {"failed": 1, "startTime": _now(), "conditions": [condition]}
        for pod in self.listed("pods", namespace, {"labelSelector": f"job-name={name}"}):
            self.delete("pods", namespace, pod["metadata"]["name"])
        self.change("jobs", namespace, name, lambda it: it.update(status=status))

    def _pod(self, namespace: str, name: str, phase: str, container: Json, state: Json) -> None:
        said = {"name": container["name"], "image": container["image"], "state": state, "ready": False}
        status = {"phase": phase, "containerStatuses": [{**said, "restartCount": 0, "imageID": ""}]}
        self.change("pods", namespace, name, lambda it: it.update(status=status))

    def log(self, name: str) -> bytes:
        """What the process of a pod has written, once it has ended."""
        if (process := self._processes.get(name)) is not None:
            process.wait()
        path = self.folder / name
        return path.read_bytes() if path.exists() else b""

    def close(self) -> None:
        """End the processes, and all that is watched."""
        for process in self._processes.values():
            process.kill()
        with self.changed:
            self.is_over = True
            self.changed.notify_all()
        for thread in self._threads:
            thread.join()


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _command(container: Json) -> list[str]:
    words = [*(container.get("command") or []), *(container.get("args") or [])]
    if words and words[0] == "prefect":
        words[:1] = [sys.executable, "-m", "prefect"]
    return shlex.split(shlex.join(words))


def _environment(container: Json) -> dict[str, str]:
    given = {each["name"]: str(each.get("value", "")) for each in container.get("env") or []}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "PREFECT_HOME": tempfile.gettempdir(), **given}


def _fits(body: Json, query: Json) -> bool:
    labels: Json = body["metadata"].get("labels") or {}
    for part in filter(None, query.get("labelSelector", "").split(",")):
        name, is_equal, value = part.partition("=")
        if name not in labels or (is_equal and labels[name] != value.removeprefix("=")):
            return False
    for part in filter(None, query.get("fieldSelector", "").split(",")):
        path, _, value = part.partition("=")
        found: Any = body
        for step in path.split("."):
            found = found.get(step, {}) if isinstance(found, dict) else {}
        if found != value:
            return False
    return True


# -- over HTTP ----------------------------------------------------------------------------------------------


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    cluster: Cluster

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _serve(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        length = int(self.headers.get("content-length") or 0)
        text = self.rfile.read(length)
        try:
            if (told := _DISCOVERY.get(url.path)) is not None:
                self._answer(told)
                return
            match = _PATH.fullmatch(url.path)
            if match is None:
                self.cluster.unserved.append(f"{self.command} {self.path}")
                raise Refusal(HTTPStatus.NOT_FOUND, "NotFound", f"{url.path} is not served")
            self._object(match.groupdict(), query, json.loads(text) if text else {})
        except Refusal as refusal:
            status = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": refusal.reason}
            self._answer({**status, "message": str(refusal), "code": refusal.status.value}, refusal.status)

    do_GET = do_POST = do_DELETE = do_PATCH = do_PUT = _serve

    def _object(self, at: Json, query: Json, body: Json) -> None:
        kind, name = at["kind"], at["name"]
        namespace = "" if kind == "namespaces" else at["namespace"]
        if name is None and kind == "namespaces":
            namespace = ""
        if self.command == "POST":
            self._answer(self.cluster.create(kind, namespace, body), HTTPStatus.CREATED)
        elif name is None:
            if query.get("watch", "").lower() in ("true", "1"):
                self._watch(kind, namespace, query)
            else:
                self._list(kind, namespace, query)
        elif at["part"] == "log":
            self._send(self.cluster.log(name), "text/plain")
        elif self.command == "GET":
            self._answer(self.cluster.get(kind, namespace, name))
        elif self.command == "DELETE":
            self._answer(self.cluster.delete(kind, namespace, name))
        else:
            old = self.cluster.get(kind, namespace, name)
            new = body if self.command == "PUT" else _patched(old, body)
            self._answer(self.cluster.put(kind, namespace, new, "MODIFIED"))

    def _list(self, kind: str, namespace: str | None, query: Json) -> None:
        api_version, type_ = _TYPES[kind]
        with self.cluster.changed:
            items = self.cluster.listed(kind, namespace, query)
            version = str(self.cluster.version)
        meta = {"resourceVersion": version}
        self._answer({"apiVersion": api_version, "kind": f"{type_}List", "metadata": meta, "items": items})

    def _watch(self, kind: str, namespace: str | None, query: Json) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("content-type", "application/json")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        seen = int(query.get("resourceVersion") or 0)
        if not seen:
            with self.cluster.changed:
                seen = self.cluster.version
                now = self.cluster.listed(kind, namespace, query)
            for each in now:
                self._chunk(json.dumps({"type": "ADDED", "object": each}).encode() + b"\n")
        limit_s = min(float(query.get("timeoutSeconds") or WATCH_S), WATCH_S)
        over = threading.Event()
        timer = threading.Timer(limit_s, lambda: self._wake(over))
        timer.start()
        try:
            while not over.is_set() and not self.cluster.is_over:
                with self.cluster.changed:
                    news = [each for each in self.cluster.history if each[0] > seen]
                    if not news:
                        self.cluster.changed.wait()
                        continue
                    seen = news[-1][0]
                for _, of, change, body in news:
                    place = body["metadata"].get("namespace", "")
                    if of == kind and namespace in (None, place) and _fits(body, query):
                        self._chunk(json.dumps({"type": change, "object": body}).encode() + b"\n")
            self._chunk(b"")
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            timer.cancel()

    def _wake(self, over: threading.Event) -> None:
        over.set()
        with self.cluster.changed:
            self.cluster.changed.notify_all()

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def _answer(self, body: Json, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(json.dumps(body).encode(), "application/json", status)

    def _send(self, data: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _patched(old: Any, new: Any) -> Any:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    merged = {**old, **{key: _patched(old.get(key), value) for key, value in new.items()}}
    return {key: value for key, value in merged.items() if value is not None}


@contextlib.contextmanager
def cluster(folder: Path, images: set[str]) -> Iterator[tuple[Cluster, Path]]:
    """A cluster, and the file that tells clients where it is."""
    found = Cluster(folder, images)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"cluster": found}))
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    config = folder / "kubeconfig"
    place = {"name": "here", "cluster": {"server": f"http://127.0.0.1:{server.server_port}"}}
    context = {"name": "here", "context": {"cluster": "here", "user": "me", "namespace": "default"}}
    me = {"name": "me", "user": {}}
    told = {"clusters": [place], "contexts": [context], "users": [me], "current-context": "here"}
    config.write_text(json.dumps({"apiVersion": "v1", "kind": "Config", **told}))
    try:
        yield found, config
    finally:
        found.close()
        server.shutdown()
        serving.join()
        server.server_close()
