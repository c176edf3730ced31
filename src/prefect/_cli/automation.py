"""``prefect automation``: manage what is done when something happens."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from prefect._base import lazy
from prefect._base.errors import NotFound
from prefect._cli import client, render
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import CommandError

json: Any = lazy.module("json")
yaml: Any = lazy.module("yaml")
schemas: Any = lazy.module("prefect.events.schemas.automations")
pydantic: Any = lazy.module("pydantic")

app = Group("automation", "Manage what is done when something happens.")
Name = Annotated[str | None, Flag(help="The name of an automation.")]
Id = Annotated[str | None, Flag(help="The id of an automation.")]
File = Annotated[str | None, Flag("--from-file", "-f", help="A file of YAML or JSON.")]
Json = Annotated[str | None, Flag("--from-json", "-j", help="A text of JSON.")]


@app.command("ls")
def ls() -> None:
    """List automations by name."""
    rows: list[tuple[Any, ...]] = []
    for each in client.listed("automations.filter", {"sort": "NAME_ASC"}, limit=None):
        whole = schemas.Automation.model_validate(each)
        actions = [action.describe_for_cli() for action in whole.actions]
        for heading, more in (
            ("on trigger", whole.actions_on_trigger),
            ("on resolve", whole.actions_on_resolve),
        ):
            actions += [f"({heading}) {action.describe_for_cli()}" for action in more]
        rows.append(
            (
                each["name"] if each["enabled"] else f"{each['name']} (disabled)",
                each["id"],
                whole.trigger.describe_for_cli(),
                "\n".join(actions),
            )
        )
    render.table(("Automation", "ID", "Trigger", "Actions"), rows, title="Automations")


@app.command("inspect")
def inspect(
    name: Name = None,
    *,
    id: Id = None,
    yaml: Annotated[bool, Flag(help="As YAML.")] = False,
    json: Annotated[bool, Flag(help="As JSON.")] = False,
    output: Output = None,
) -> None:
    """Show everything that is known of an automation."""
    as_json = render.wants_json(output) or json
    found = _found(name, id)
    if as_json:
        render.json_value(found[0] if len(found) == 1 else found)
    elif yaml:
        render.line(_yaml(found[0] if len(found) == 1 else found))
    else:
        for each in found:
            render.fields(each.items())


def _yaml(value: Any) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True).rstrip()


def _found(name: str | None, id: str | None) -> list[dict[str, Any]]:
    """The automations of a name, or the one with an id."""
    if (name is None) == (id is None):
        raise CommandError("Tell the name of an automation, or its id with --id.")
    if id is not None:
        try:
            return [client.call("automations.read", id=_id(id))]
        except NotFound:
            raise CommandError(f"Automation with id {id!r} not found.") from None
    body = {"automations": {"name": {"any_": [name]}}}
    found = client.listed("automations.filter", body, limit=None)
    if not found:
        raise CommandError(f"Automation '{name}' not found. 'prefect automation ls' lists those that exist.")
    return found


def _id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise CommandError(f"{text!r} is no id: an id is a UUID.") from None


def _one(name: str | None, id: str | None) -> dict[str, Any]:
    found = _found(name, id)
    if len(found) > 1:
        ids = ", ".join(each["id"] for each in found)
        raise CommandError(f"Several automations are named '{name}'. Tell which by --id: {ids}")
    return found[0]


@app.command("resume", aliases=("enable",))
def resume(name: Name = None, *, id: Id = None) -> None:
    """Have an automation watch again."""
    found = _one(name, id)
    client.call("automations.update", id=found["id"], body={"enabled": True})
    render.success(f"Resumed automation '{found['name']}'")


@app.command("pause", aliases=("disable",))
def pause(name: Name = None, *, id: Id = None) -> None:
    """Have an automation watch no more."""
    found = _one(name, id)
    client.call("automations.update", id=found["id"], body={"enabled": False})
    render.success(f"Paused automation '{found['name']}'")


@app.command("delete")
def delete(
    name: Name = None,
    *,
    id: Id = None,
    all: Annotated[bool, Flag(help="All automations.")] = False,
) -> None:
    """Remove an automation."""
    if all:
        if name is not None or id is not None:
            raise CommandError("Tell an automation, or --all, not both.")
        found = client.listed("automations.filter", {}, limit=None)
        if not found:
            render.line("There are no automations to delete.")
            return
        render.agreed(f"Are you sure you want to delete all {len(found)} automations?")
    else:
        found = [_one(name, id)]
        render.agreed(f"Are you sure you want to delete the automation '{found[0]['name']}'?")
    for each in found:
        client.call("automations.delete", id=each["id"])
        render.success(f"Deleted automation '{each['name']}' with id {each['id']}")


@app.command("create")
def create(*, from_file: File = None, from_json: Json = None) -> None:
    """Create automations: one, a list of them, or what is under 'automations'."""
    told = _told(from_file, from_json)
    several: Any = told.get("automations", [told]) if isinstance(told, dict) else told
    if not isinstance(several, list):
        raise CommandError("Automations are told as an object, a list, or a list under 'automations'.")
    # all of them are checked before the first is created
    bodies = [_checked(each, place) for place, each in enumerate(several)]
    for body in bodies:
        made = client.call("automations.create", body=body)
        render.success(f"Created automation '{made['name']}' with id {made['id']}")


@app.command("update")
def update(
    *,
    id: Annotated[str, Flag(help="The id of an automation.")],
    from_file: File = None,
    from_json: Json = None,
) -> None:
    """Replace an automation."""
    body = _checked(_told(from_file, from_json), 0)
    body.pop("owner_resource", None)
    found = _one(None, id)
    client.call("automations.replace", id=found["id"], body=body)
    render.success(f"Updated automation '{body['name']}' ({found['id']})")


def _told(from_file: str | None, from_json: str | None) -> Any:
    if (from_file is None) == (from_json is None):
        raise CommandError("Tell the automation by --from-file or by --from-json.")
    if from_json is not None:
        return _loaded(from_json, "the text", json.loads)
    path = Path(str(from_file))
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"The file {path} cannot be read: {error.strerror}.") from error
    if path.suffix == ".json":
        return _loaded(text, str(path), json.loads)
    if path.suffix in (".yaml", ".yml"):
        return _loaded(text, str(path), yaml.safe_load)
    raise CommandError(f"The name of the file {path} must end in .yaml, .yml or .json.")


def _loaded(text: str, where: str, load: Any) -> Any:
    try:
        return load(text)
    except (ValueError, yaml.YAMLError) as error:
        raise CommandError(f"There is no automation in {where}: {error}") from error


def _checked(told: Any, place: int) -> dict[str, Any]:
    try:
        made = schemas.AutomationCore.model_validate(told)
    except pydantic.ValidationError as error:
        detail = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in detail["loc"])
        raise CommandError(f"Automation {place + 1} is not right: {where}: {detail['msg']}") from error
    return made.model_dump(mode="json")
