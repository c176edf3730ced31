"""``prefect work-pool``: where deployments send their runs, and workers fetch them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from prefect._base import lazy
from prefect._base.errors import AlreadyExists, NotFound
from prefect._cli import client, pools, render, work_pool_storage
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import CommandError
from prefect._cli.tables import Cell, Column

json: Any = lazy.module("json")
resolve: Any = lazy.module("prefect.settings.resolve")
profiles: Any = lazy.module("prefect.settings.profiles")
os: Any = lazy.module("os")
settings: Any = lazy.module("prefect.settings")
types: Any = lazy.module("prefect._cli.work_pool_types")

app = Group("work-pool", "Manage work pools: where deployments send their runs, and workers fetch them.")
work_pool_storage.add_to(app)

Name = Annotated[str, Flag(help="The name of a work pool.")]
Template = Annotated[str | None, Flag(help="A JSON file with the template of its jobs.")]
_STYLES = {"READY": "green", "NOT_READY": "red", "PAUSED": "yellow"}


@app.command("create")
def create(
    name: Name,
    *,
    base_job_template: Template = None,
    paused: Annotated[bool, Flag(help="Hand out no runs yet.")] = False,
    type: Annotated[
        str | None, Flag("--type", "-t", help="What its workers start: process, docker...")
    ] = None,
    set_as_default: Annotated[
        bool, Flag(help="Let deployments that name no pool use this one, in the active profile.")
    ] = False,
    provision_infrastructure: Annotated[
        bool,
        Flag(
            "--provision-infrastructure",
            "--provision-infra",
            help="Also set up what the type needs; only types whose package can.",
        ),
    ] = False,
    overwrite: Annotated[bool, Flag(help="Change the pool if there is one of that name.")] = False,
) -> None:
    """Create a work pool."""
    kind = types.chosen(type)
    if provision_infrastructure:
        raise types.cannot_provision(kind)
    job = pools.template(base_job_template) if base_job_template is not None else types.template(kind)
    values = {"name": name, "type": kind, "base_job_template": job, "is_paused": paused}
    verb = _put(name, client.checked("work_pools.create", values), overwrite)
    pool = pools.pool(name)
    render.success(f"{verb} work pool '{name}'!")
    if set_as_default:
        _make_default(name)
    render.fields(_facts(pool))
    if (package := types.package(kind)) is not None:
        render.line(f"\nIts workers come with {package}; install that where they are to run.")
        if not job:
            render.line("The first of them fills in the template of jobs.")
    render.line(f"\nTo start a worker for it:\n\n    prefect worker start --pool '{name}'")


def _put(name: str, body: dict[str, Any], overwrite: bool) -> str:
    try:
        client.call("work_pools.create", body=body)
        return "Created"
    except AlreadyExists:
        if not overwrite:
            raise CommandError(
                f"Work pool '{name}' already exists. Use --overwrite to change it, or choose another name."
            ) from None
    was = pools.pool(name)
    if was["type"] != body["type"]:
        raise CommandError(f"Work pool '{name}' is of type '{was['type']}', which cannot be changed.")
    changes = {key: body[key] for key in ("base_job_template", "is_paused")}
    client.call("work_pools.update", name=name, body=changes)
    return "Updated"


def _make_default(name: str) -> None:
    profile = resolve.active_profile_name(os.environ)
    profiles.update_profile(profile, {"deployments.default_work_pool_name": name})
    render.success(f"It is the default for deployments now, in profile '{profile}'.")


def _facts(pool: dict[str, Any]) -> list[tuple[str, object]]:
    ui_url = settings.active()["ui_url"] if settings.active()["api.url"] else None
    return [
        ("Name", pool["name"]),
        ("ID", pool["id"]),
        ("Type", pool["type"]),
        ("Status", _status(pool)),
        ("URL", f"{ui_url.rstrip('/')}/work-pools/work-pool/{pool['name']}" if ui_url else None),
    ]


def _status(pool: dict[str, Any]) -> Cell:
    status = pool["status"]
    if status is None:
        return pools.PAUSED if pool["is_paused"] else Cell("")
    return Cell(status.lower().replace("_", " "), style=_STYLES.get(status))


@app.command("ls")
def ls(
    *,
    verbose: Annotated[bool, Flag("--verbose", "-v", help="Also show the templates of jobs.")] = False,
    output: Output = None,
) -> None:
    """List work pools by name."""
    as_json = render.wants_json(output)
    found = sorted(client.listed("work_pools.filter", {}, limit=None), key=lambda pool: pool["name"])
    if as_json:
        render.json_value(found)
        return
    rows = [
        (
            f"{pool['name']} (**)" if pool["is_paused"] else pool["name"],
            pool["type"],
            pool["id"],
            _status(pool),
            pools.limit_of(pool),
            *([json.dumps(pool["base_job_template"])] if verbose else []),
        )
        for pool in found
    ]
    columns = ("Name", "Type", Column("ID", whole=True), "Status", Column("Limit", right=True))
    render.table((*columns, *(["Base job template"] if verbose else [])), rows, title="Work pools")
    if any(pool["is_paused"] for pool in found):
        render.line("(**) is paused")


@app.command("inspect")
def inspect(name: Name, *, output: Output = None) -> None:
    """Show everything that is known of a work pool."""
    as_json = render.wants_json(output)
    pool = pools.pool(name)
    if as_json:
        render.json_value(pool)
        return
    render.fields(
        [
            *_facts(pool),
            ("Description", pool["description"]),
            ("Limit", pools.limit_of(pool)),
            ("Slots taken", pool["active_slots"]),
            ("Created", render.ago(pool["created"])),
            ("Updated", render.ago(pool["updated"])),
            ("Base job template", json.dumps(pool["base_job_template"], indent=2)),
        ]
    )


@app.command("slots")
def slots(name: Name, *, output: Output = None) -> None:
    """Show which flow runs take slots of a work pool."""
    as_json = render.wants_json(output)
    try:
        found = client.call("work_pools.concurrency_status", name=name, body={})
    except NotFound:
        raise pools.missing_pool(name) from None
    if as_json:
        render.json_value(found)
    else:
        pools.show_slots(f"Work pool '{name}'", found)


@app.command("pause")
def pause(name: Name) -> None:
    """Hand out no more runs of a work pool until it is resumed."""
    _update(name, {"is_paused": True})
    render.success(f"Paused work pool '{name}'.")


@app.command("resume")
def resume(name: Name) -> None:
    """Hand out the runs of a work pool again."""
    _update(name, {"is_paused": False})
    render.success(f"Resumed work pool '{name}'.")


@app.command("update")
def update(
    name: Name,
    *,
    base_job_template: Template = None,
    concurrency_limit: Annotated[int | None, Flag(help="How many of its runs may go on at once.")] = None,
    description: Annotated[str | None, Flag(help="What it is for.")] = None,
) -> None:
    """Change a work pool."""
    changes: dict[str, Any] = {"concurrency_limit": concurrency_limit, "description": description}
    if base_job_template is not None:
        changes["base_job_template"] = pools.template(base_job_template)
    changes = {key: value for key, value in changes.items() if value is not None}
    if not changes:
        raise CommandError("Nothing to change. Give an option; --help lists them.")
    _update(name, changes)
    render.success(f"Updated work pool '{name}'.")


@app.command("provision-infrastructure", aliases=("provision-infra",))
def provision_infrastructure(name: Name) -> None:
    """Set up what the workers of a work pool need, for types whose package can."""
    raise types.cannot_provision(pools.pool(name)["type"])


@app.command("delete")
def delete(name: Name) -> None:
    """Remove a work pool with its queues and workers; deployments and runs stay, without a queue."""
    pools.pool(name)
    render.agreed(f"Remove work pool '{name}' with its queues and workers?")
    try:
        client.call("work_pools.delete", name=name)
    except NotFound:
        raise pools.missing_pool(name) from None
    render.success(f"Deleted work pool '{name}'.")


@app.command("set-concurrency-limit")
def set_concurrency_limit(
    name: Name, concurrency_limit: Annotated[int, Flag(help="How many of its runs may go on at once.")]
) -> None:
    """Limit how many runs of a work pool may go on at once."""
    _update(name, {"concurrency_limit": concurrency_limit})
    render.success(f"Set concurrency limit for work pool '{name}' to {concurrency_limit}.")


@app.command("clear-concurrency-limit")
def clear_concurrency_limit(name: Name) -> None:
    """Let any number of runs of a work pool go on at once."""
    _update(name, {"concurrency_limit": None})
    render.success(f"Cleared concurrency limit for work pool '{name}'.")


def _update(name: str, changes: dict[str, Any]) -> None:
    try:
        client.call("work_pools.update", name=name, body=client.checked("work_pools.update", changes))
    except NotFound:
        raise pools.missing_pool(name) from None


@app.command("get-default-base-job-template")
def get_default_base_job_template(
    *,
    type: Annotated[str | None, Flag("--type", "-t", help="A type of work pools.")] = None,
    file: Annotated[str | None, Flag("--file", "-f", help="A file to write to instead.")] = None,
) -> None:
    """Print the template that new work pools of a type get."""
    if type is None:
        raise CommandError(f"Say of which type: --type {'|'.join(types.known())}.")
    text = json.dumps(types.template(type), indent=2)
    if file is None:
        render.line(text)
        return
    try:
        Path(file).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}.") from None
    render.success(f"Wrote the template to {file}.")


@app.command("preview")
def preview(
    name: Annotated[str | None, Flag(help="The name of a work pool; the default one if left out.")] = None,
    *,
    hours: pools.Hours = None,
    output: Output = None,
) -> None:
    """Show the runs of a work pool that begin soon."""
    as_json = render.wants_json(output)
    chosen = name or settings.active()["deployments.default_work_pool_name"]
    if chosen is None:
        raise CommandError("Say of which work pool; 'prefect work-pool ls' lists them.")
    pools.pool(chosen)
    found = pools.next_runs({"work_pools": {"name": {"any_": [chosen]}}}, hours)
    pools.show_next_runs(found, as_json, f"work pool '{chosen}'")
