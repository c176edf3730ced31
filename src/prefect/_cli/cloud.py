"""``prefect cloud``: log in to the hosted service, and look after what is there."""

from __future__ import annotations

import os
from typing import Annotated, Any

from prefect._base import lazy
from prefect._cli import cloud_api, cloud_assets, cloud_network, cloud_webhooks, render, session
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import CommandError

getpass: Any = lazy.module("getpass")
settings: Any = lazy.module("prefect.settings")
resolve: Any = lazy.module("prefect.settings.resolve")
profiles: Any = lazy.module("prefect.settings.profiles")

app = Group("cloud", "Log in to Prefect Cloud, and look after what is there.")
workspaces = app.group("workspace", "Look at workspaces, and choose one.", aliases=("workspaces",))
cloud_webhooks.add_to(app)
cloud_network.add_to(app)
cloud_assets.add_to(app)

WorkspaceName = Annotated[str | None, Flag("--workspace", "-w", help="A workspace as account/workspace.")]


@app.command("login")
def login(
    *,
    key: Annotated[str | None, Flag("--key", "-k", help="An API key; asked for if left out.")] = None,
    workspace_handle: WorkspaceName = None,
) -> None:
    """Keep a key and a workspace in the active profile, so that everything goes to Prefect Cloud."""
    key = key or settings.active()["api.key"] or _asked_key()
    workspace = _chosen(_workspaces(key), workspace_handle)
    _keep({"api.key": key, "api.url": _url(workspace)})
    render.success(f"Authenticated with Prefect Cloud! Using workspace '{_handle(workspace)}'.")


def _asked_key() -> str:
    if not session.is_interactive():
        raise CommandError("Nobody can be asked for the key here: give --key, and --workspace.")
    key: str = getpass.getpass("API key: ").strip()
    if not key:
        raise CommandError("No key was given.")
    return key


def _workspaces(key: str | None = None) -> list[dict[str, Any]]:
    return cloud_api.ask("GET", "/me/workspaces", key=key)


def _chosen(found: list[dict[str, Any]], handle: str | None) -> dict[str, Any]:
    by_handle = {_handle(each): each for each in found}
    if not found:
        raise CommandError("The key gives access to no workspace. Create one in the pages of Prefect Cloud.")
    known = ", ".join(by_handle)
    if handle is None and len(found) == 1:
        return found[0]
    if handle is None:
        if not session.is_interactive():
            raise CommandError(f"Say which workspace: --workspace with one of {known}.")
        handle = input(f"Which workspace? {known}: ").strip()
    if handle not in by_handle:
        raise CommandError(f"Workspace '{handle}' not found. There are {known}.")
    return by_handle[handle]


def _handle(workspace: dict[str, Any]) -> str:
    return f"{workspace['account_handle']}/{workspace['workspace_handle']}"


def _url(workspace: dict[str, Any]) -> str:
    base = settings.active()["cloud.api_url"].rstrip("/")
    return f"{base}/accounts/{workspace['account_id']}/workspaces/{workspace['workspace_id']}"


def _keep(changes: dict[str, str | None]) -> None:
    profiles.update_profile(resolve.active_profile_name(os.environ), changes)


@app.command("logout")
def logout() -> None:
    """Forget the key and the workspace of the active profile."""
    name = resolve.active_profile_name(os.environ)
    found = profiles.load_profiles()
    held = {key.accessor for key in found[name].settings} if name in found else set[str]()
    if "api.key" not in held:
        raise CommandError(f"Profile '{name}' holds no key: there is nothing to log out of.")
    _keep({path: None for path in ("api.key", "api.url") if path in held})
    render.success("Logged out from Prefect Cloud.")


@workspaces.command("ls")
def ls(*, output: Output = None) -> None:
    """List the workspaces that the key gives access to; the chosen one has a star."""
    as_json = render.wants_json(output)
    found = sorted(_workspaces(), key=_handle)
    if as_json:
        render.json_value(found)
        return
    url = settings.active()["api.url"]
    rows = [(f"{'*' if _url(each) == url else ' '} {_handle(each)}", each["workspace_id"]) for each in found]
    render.table(("Workspace", "ID"), rows, title="Workspaces")


@workspaces.command("set")
def set_(*, workspace_handle: WorkspaceName = None) -> None:
    """Choose the workspace that everything goes to."""
    workspace = _chosen(_workspaces(), workspace_handle)
    _keep({"api.url": _url(workspace)})
    name = resolve.active_profile_name(os.environ)
    render.success(f"Successfully set workspace to '{_handle(workspace)}' in profile '{name}'.")
