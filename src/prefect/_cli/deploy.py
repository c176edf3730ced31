"""``prefect deploy``: deployments from the command line and from ``prefect.yaml``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from prefect._base import lazy
from prefect._cli import given, init, render, session
from prefect._cli.command import Command, Flag
from prefect._cli.errors import CommandError

asyncio: Any = lazy.module("asyncio")
documents: Any = lazy.module("prefect._fleet.deploying.document")
entries: Any = lazy.module("prefect._fleet.deploying.entries")
project: Any = lazy.module("prefect._fleet.deploying.project")
pools: Any = lazy.module("prefect._fleet.deploying.pools")
clients: Any = lazy.module("prefect.client.orchestration")
settings: Any = lazy.module("prefect.settings")
wizard: Any = lazy.module("prefect._cli.wizard")

Json = dict[str, Any]
_STRATEGIES = ("ENQUEUE", "CANCEL_NEW")


def deploy(
    entrypoint: Annotated[
        str | None, Flag(help="Where the flow is: path/to/file.py:function, or package.module.function.")
    ] = None,
    *,
    name: Annotated[
        list[str] | None,
        Flag("--name", "-n", help="The name; or which of the file: NAME, FLOW/NAME, with * and ?."),
    ] = None,
    description: Annotated[str | None, Flag("--description", "-d", help="What it is for.")] = None,
    version_type: Annotated[str | None, Flag(help="What kind of version it is.")] = None,
    version: Annotated[str | None, Flag(help="The version of the code.")] = None,
    tags: Annotated[list[str] | None, Flag("--tag", "-t", help="A tag of its runs.")] = None,
    concurrency_limit: Annotated[int | None, Flag(help="How many of its runs go on at once.")] = None,
    collision_strategy: Annotated[
        str | None, Flag(help="What becomes of a run over the limit: ENQUEUE or CANCEL_NEW.")
    ] = None,
    pool: Annotated[str | None, Flag("--pool", "-p", help="The work pool.")] = None,
    work_queue: Annotated[str | None, Flag("--work-queue", "-q", help="The queue of the pool.")] = None,
    job_variable: Annotated[
        list[str] | None, Flag(help="A value for the template of the pool: NAME=VALUE, or a JSON object.")
    ] = None,
    cron: Annotated[list[str] | None, Flag(help="A cron expression.")] = None,
    interval: Annotated[list[int] | None, Flag(help="Seconds between runs.")] = None,
    anchor_date: Annotated[str | None, Flag(help="An instant at which an interval begins.")] = None,
    rrule: Annotated[list[str] | None, Flag(help="A recurrence rule.")] = None,
    timezone: Annotated[str | None, Flag(help="The time zone of the schedules.")] = None,
    trigger: Annotated[
        list[str] | None, Flag(help="What starts a run: a JSON object, or a file with `triggers`.")
    ] = None,
    param: Annotated[
        list[str] | None, Flag(help="A parameter: NAME=VALUE, the value as JSON or text.")
    ] = None,
    params: Annotated[str | None, Flag(help="Parameters, as a JSON object.")] = None,
    enforce_parameter_schema: Annotated[
        bool | None, Flag(help="Whether parameters have to fit to the flow.")
    ] = None,
    all: Annotated[bool, Flag(help="All deployments of the file.")] = False,
    prefect_file: Annotated[Path, Flag(help="The file with the deployments.")] = Path("prefect.yaml"),
    sla: Annotated[list[str] | None, Flag(help="What is promised of its runs, as a JSON object.")] = None,
) -> None:
    """Deploy a flow, or the deployments of prefect.yaml, to a work pool.

    Options go before what the file says. With several deployments they are left out.
    """
    options: Json = {
        "entrypoint": entrypoint,
        "description": description,
        "version_type": version_type,
        "version": version,
        "tags": tags,
        "concurrency_limit": _limit(concurrency_limit, collision_strategy),
        "work_pool": {
            "name": pool,
            "work_queue_name": work_queue,
            "job_variables": given.pairs(job_variable, "--job-variable") or None,
        },
        "schedules": given.schedules(cron, interval, rrule, anchor_date, timezone),
        "triggers": given.triggers(trigger),
        "parameters": given.parameters(param, params) or None,
        "enforce_parameter_schema": enforce_parameter_schema,
        "sla": [given.json_object(each, "--sla") for each in sla] if sla else None,
    }
    document = _document(prefect_file)
    wanted = _wanted(document, options, name or [], all)
    if not wanted and session.is_interactive():
        wanted = [project.Wanted(wizard.entry(entries.overridden({}, options), name))]
    elif not wanted:
        raise CommandError(
            "An entrypoint must be provided: `prefect deploy path/to/file.py:function`."
            f" Or write deployments into {prefect_file}; `prefect init` begins one."
        )
    failed = asyncio.run(_deployed(wanted, document, prefect_file))
    if failed:
        several = f"{failed} of {len(wanted)} deployments" if len(wanted) > 1 else "The deployment"
        raise CommandError(f"{several} could not be made.")


def _document(path: Path) -> Any:
    try:
        return documents.read(path)
    except FileNotFoundError:
        if path != Path("prefect.yaml"):
            raise CommandError(f"There is no file {path}.") from None
        return None
    except documents.BadDocument as wrong:
        raise CommandError(str(wrong)) from None


def _wanted(document: Any, options: Json, names: list[str], everything: bool) -> list[Any]:
    """What is to be deployed; nothing if neither the file nor the options say it."""
    found: list[Json] = document.entries if document is not None else []
    if everything:
        if not found:
            raise CommandError("There are no deployments in the file.")
        numbers = list(range(len(found)))
    elif names:
        try:
            numbers = entries.chosen(found, names)
        except entries.NotFound as wrong:
            if options["entrypoint"] is None or len(names) > 1:
                if not found and options["entrypoint"] is None:
                    return []
                raise CommandError(str(wrong)) from None
            return [_new(document, {**options, "name": names[0]})]
    elif options["entrypoint"] is not None:
        if not session.is_interactive():
            raise CommandError("A deployment name must be provided: use --name.")
        return [_new(document, {**options, "name": wizard.name(options["entrypoint"])})]
    elif len(found) > 1:
        numbers = wizard.some_of(found) if session.is_interactive() else _none_said(found)
    else:
        numbers = list(range(len(found)))
    return [_of_file(document, number, options, len(numbers)) for number in numbers]


def _none_said(found: list[Json]) -> list[int]:
    known = ", ".join(str(each.get("name")) for each in found)
    raise CommandError(f"The file has several deployments: {known}. Say which by --name, or give --all.")


def _new(document: Any, options: Json) -> Any:
    steps = {} if document is None else {kind: document.steps(kind) for kind in ("build", "push", "pull")}
    return project.Wanted(entries.overridden({}, options), steps)


def _of_file(document: Any, number: int, options: Json, count: int) -> Any:
    entry = document.entries[number]
    steps = {kind: document.steps(kind) for kind in ("build", "push", "pull")}
    if count == 1:
        entry = entries.overridden(entry, options)
    elif number == 0 and any(value for key, value in options.items() if key != "work_pool"):
        render.warning("Several deployments are made, so that the options of the command line are left out.")
    return project.Wanted(entry, steps, document.where(number))


def _limit(limit: int | None, strategy: str | None) -> Any:
    if strategy is None:
        return limit
    if limit is None:
        raise CommandError("--collision-strategy goes with --concurrency-limit.")
    if strategy.upper() not in _STRATEGIES:
        raise CommandError(f"--collision-strategy is {' or '.join(_STRATEGIES)}, not {strategy!r}.")
    return {"limit": limit, "collision_strategy": strategy.upper()}


# ------------------------------------------------------------------ making them


async def _deployed(wanted: list[Any], document: Any, path: Path) -> int:
    """Make them one after the other; how many could not be made."""
    failed = 0
    async with clients.get_client() as client:
        for each in wanted:
            try:
                pool = await _pool(client, each)
                made = await project.carried_out(each, pool, render.line)
                await _tell(client, made)
            except project.CannotDeploy as wrong:
                failed += 1
                render.failure(str(wrong))
                continue
            if session.is_interactive() and not each.where:
                _offer_to_save(document, path, made)
    return failed


async def _pool(client: Any, wanted: Any) -> str:
    """The pool of a deployment: as it says, as the settings say, the only one, or a new one of processes."""
    given_pool: Json = wanted.entry.get("work_pool") or {}
    name: str | None = given_pool.get("name") or settings.active()["deployments.default_work_pool_name"]
    if name is None and session.is_interactive():
        name = await wizard.pool(client)
    if name is None:
        name = await pools.only_one(client)
        if name is None:
            name = pools.AGENT_POOL
            if await pools.ensured(client, name):
                render.warning(f"No work pool is named, so that {name!r}, of type process, was created.")
            else:
                render.warning(f"No work pool is named; {name!r} is used.")
    assert name is not None  # one of the ways above has found it
    try:
        found = await pools.read(client, name)
    except ValueError as wrong:
        raise project.CannotDeploy(str(wrong)) from wrong
    if found.is_paused:
        render.warning(f"Work pool {name!r} is paused: runs wait until `prefect work-pool resume {name}`.")
    wanted.entry["work_pool"] = {**given_pool, "name": name}
    if session.is_interactive() and not wanted.where and pools.takes_images(found):
        _ask_for_image(wanted, name)
    return name


def _ask_for_image(wanted: Any, pool: str) -> None:
    given_pool: Json = wanted.entry["work_pool"]
    variables: Json = given_pool.get("job_variables") or {}
    if "image" in variables or wanted.entry.get("build", wanted.steps.get("build")):
        return
    said = wizard.image(pool)
    variables = {**variables, **said.pop("work_pool", {}).get("job_variables", {})}
    wanted.entry.update(said)
    if variables:
        wanted.entry["work_pool"] = {**given_pool, "job_variables": variables}


async def _tell(client: Any, made: Any) -> None:
    render.success(f"Deployment '{made.name}' successfully created with id '{made.id}'.")
    values = settings.active()
    if values["ui_url"] and values["api.url"]:
        render.line(f"\nView it at {values['ui_url'].rstrip('/')}/deployments/deployment/{made.id}")
    found = await pools.read(client, made.pool)
    if pools.has_workers(found) and not await pools.is_served(client, made.pool):
        render.line("\nTo execute its runs, start a worker:\n")
        render.line(f"    prefect worker start --pool '{made.pool}'")
    render.line("\nTo start a run now:\n")
    render.line(f"    prefect deployment run '{made.name}'\n")


def _offer_to_save(document: Any, path: Path, made: Any) -> None:
    if not render.confirm(f"Save this deployment in {path}, to deploy it again by its name?"):
        return
    target = document if document is not None else documents.empty(path)
    target.save(made.entry)
    render.success(f"Saved in {path}; deploy it again by `prefect deploy -n {made.entry['name']}`.")


class _Deploy(Command):
    """`deploy`, and `deploy init`, which is `init`."""

    def run(self, words: Sequence[str], program: str) -> None:
        if words and words[0] == "init":
            init.app.run(words[1:], f"{program} init")
        else:
            super().run(words, program)


app = _Deploy("deploy", deploy)
