"""The questions that `prefect deploy` asks at a terminal, where nothing says what it is to do."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from prefect._base import lazy
from prefect._cli import render
from prefect._cli.errors import CommandError

entries: Any = lazy.module("prefect._fleet.deploying.entries")
pools: Any = lazy.module("prefect._fleet.deploying.pools")
base: Any = lazy.module("prefect.deployments.base")
worker_types: Any = lazy.module("prefect.workers.base")
actions: Any = lazy.module("prefect.client.schemas.actions")

Json = dict[str, Any]
_SKIPPED = {"node_modules", "__pycache__", "site-packages", "venv"}
_MOST_FILES = 2000
_DOCKER = "prefect-docker>=0.3.1"


def entry(begun: Json, names: list[str] | None) -> Json:
    """A deployment, with all that it needs besides a pool."""
    made = dict(begun)
    made["entrypoint"] = made.get("entrypoint") or _flow()
    made["name"] = names[0] if names else name(made["entrypoint"])
    if "schedules" not in made and render.confirm("Have it run by a schedule?"):
        made["schedules"] = _schedules()
    made = {**made, **_code()}
    return made


def name(entrypoint: str) -> str:
    """The name of the deployment."""
    return asked(f"Name of the deployment of {entrypoint}", "default")


def some_of(found: Sequence[Json]) -> list[int]:
    """Which of the deployments of a file."""
    labels = [f"{entries.flow_name_of(each)}/{each.get('name')}" for each in found]
    number = picked("Which deployment?", [*labels, "all of them"])
    return list(range(len(found))) if number == len(found) else [number]


async def pool(client: Any) -> str:
    """A pool that is there, or a new one."""
    found = await client.read_work_pools(limit=200)
    new = "create a new one"
    labels = [f"{each.name} ({each.type})" for each in found]
    number = picked("Which work pool?", [*labels, new]) if found else 0
    if number < len(found):
        return found[number].name
    if not found:
        render.line("There is no work pool yet.")
    templates = await _templates(client)
    kinds = sorted(templates, key=lambda kind: (kind != "process", kind))
    kind = kinds[picked("Of which type?", kinds)]
    title = asked("Name of the new work pool", f"my-{kind}-pool")
    template = templates[kind]
    await client.create_work_pool(actions.WorkPoolCreate(name=title, type=kind, base_job_template=template))
    render.success(f"Created work pool '{title}' of type {kind}.")
    return title


async def _templates(client: Any) -> dict[str, Json]:
    """Templates of pools by their type: those that the server knows, and those of installed workers."""
    found: dict[str, Json] = {}
    for described in (await client.read_worker_metadata()).values():
        found |= {kind: each["default_base_job_configuration"] for kind, each in described.items()}
    base_worker = worker_types.BaseWorker
    for kind in base_worker.get_all_available_worker_types():
        found[kind] = base_worker.get_worker_class_from_type(kind).get_default_base_job_template()
    return found


def image(pool: str) -> Json:
    """What a deployment to a pool that runs containers says of its image: what stands in its entry."""
    ways = ["that of the work pool", "one that exists", "one that is built here, with Docker"]
    way = picked(f"Which image do the runs in {pool!r} get?", ways)
    if way == 0:
        return {}
    if way == 1:
        return {"work_pool": {"job_variables": {"image": asked("Name of the image (registry/name:tag)")}}}
    name = asked("Name of the image (registry/name)", Path.cwd().name.lower())
    build: Json = {
        "id": "build-image",
        "requires": _DOCKER,
        "image_name": name,
        "tag": asked("Tag", "latest"),
        "dockerfile": "Dockerfile" if _has_dockerfile() else "auto",
    }
    made: Json = {
        "build": [{"prefect_docker.deployments.steps.build_docker_image": build}],
        "work_pool": {"job_variables": {"image": "{{ build-image.image }}"}},
    }
    if render.confirm("Push it to its registry?"):
        push: Json = {
            "requires": _DOCKER,
            "image_name": "{{ build-image.image_name }}",
            "tag": "{{ build-image.tag }}",
        }
        made["push"] = [{"prefect_docker.deployments.steps.push_docker_image": push}]
    return made


def _has_dockerfile() -> bool:
    return Path("Dockerfile").is_file() and render.confirm("Build it by the Dockerfile that is here?")


def _flow() -> str:
    found = flows_in(Path.cwd())
    if not found:
        return asked("No flows were found here. Entrypoint (path/to/file.py:function)")
    labels = [*found, "another one"]
    number = picked("Which flow?", labels)
    return found[number] if number < len(found) else asked("Entrypoint (path/to/file.py:function)")


def flows_in(directory: Path) -> list[str]:
    """The entrypoints of the functions below a directory that a decorator makes flows; no file is run."""
    found: list[str] = []
    for path in sorted(_files(directory))[:_MOST_FILES]:
        try:
            source = path.read_text(encoding="utf-8")
            if "flow" not in source:
                continue
            tree = ast.parse(source)
        except (OSError, ValueError, SyntaxError):
            continue
        place = path.relative_to(directory).as_posix()
        found += [f"{place}:{node.name}" for node in tree.body if _is_flow(node)]  # pyright: ignore[reportAttributeAccessIssue]
    return found


def _files(directory: Path) -> list[Path]:
    found: list[Path] = []
    waiting = [directory]
    while waiting and len(found) < _MOST_FILES:
        try:
            inside = list(waiting.pop().iterdir())
        except OSError:
            continue
        for path in inside:
            if path.name.startswith(".") or path.name in _SKIPPED:
                continue
            if path.is_dir() and not path.is_symlink():
                waiting.append(path)
            elif path.suffix == ".py":
                found.append(path)
    return found


def _is_flow(node: ast.stmt) -> bool:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", None)) == "flow":
            return True
    return False


def _schedules() -> list[Json]:
    made: list[Json] = []
    while True:
        kinds: list[tuple[str, str, Callable[[str], Any]]] = [
            ("cron", "Cron expression (minute hour day month weekday)", str),
            ("interval", "Seconds between runs", int),
            ("rrule", "Recurrence rule", str),
        ]
        key, question, convert = kinds[picked("What kind of schedule?", [kind[0] for kind in kinds])]
        one: Json = {key: asked(question, "0 0 * * *" if key == "cron" else None, convert)}
        one["timezone"] = asked("Time zone", "UTC")
        try:
            entries.schedules_of({"schedules": [one]})
        except ValueError as wrong:
            render.failure(f"That is no schedule: {wrong}")
            continue
        made.append(one)
        if not render.confirm("Another schedule?"):
            return made


def _code() -> Json:
    """How workers get the code: from the remote of the repository that it is in, or from here."""
    remote = base.get_git_remote_origin_url()
    if remote is None or not render.confirm(f"Have workers get the code from {remote}?"):
        return {}
    step: Json = {"repository": remote}
    branch = base.get_git_branch()
    if branch:
        step["branch"] = branch
    if render.confirm("Is it private?"):
        block = asked("Name of the Secret block with the token for it")
        step["access_token"] = "{{ prefect.blocks.secret." + block + " }}"
    return {"pull": [{"prefect.deployments.steps.git_clone": step}]}


# ------------------------------------------------------------------ asking


def asked(question: str, default: str | None = None, convert: Callable[[str], Any] = str) -> Any:
    """The answer to a question, asked again until it fits; raises `CommandError` at the end of the input."""
    shown = f"{question} [{default}]: " if default else f"{question}: "
    while True:
        try:
            answer = input(shown).strip() or default or ""
        except EOFError:
            raise CommandError("No answer was given; use --no-prompt and options instead.") from None
        if not answer:
            continue
        try:
            return convert(answer)
        except ValueError:
            render.failure(f"{answer!r} does not fit.")


def picked(question: str, labels: Sequence[str]) -> int:
    """Which of some things, by their number from 0."""
    render.line(question)
    for number, label in enumerate(labels, 1):
        render.line(f"  {number}  {label}")
    while True:
        number = asked("Number", "1", int)
        if 1 <= number <= len(labels):
            return number - 1
        render.failure(f"There are the numbers 1 to {len(labels)}.")
