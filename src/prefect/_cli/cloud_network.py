"""``prefect cloud ip-allowlist``: the networks from which an account of the hosted service may be reached."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Any

from prefect._cli import cloud_api, render
from prefect._cli.command import Flag, Group
from prefect._cli.errors import CommandError, UsageError

Network = Annotated[str, Flag(help="An address, or a network as 10.0.0.0/8.")]


def add_to(app: Group) -> None:
    """Put the group ``ip-allowlist`` into `app`."""
    group = app.group(
        "ip-allowlist", "Manage from where an account may be reached.", aliases=("ip-allowlists",)
    )
    for name, function in (
        ("enable", enable),
        ("disable", disable),
        ("ls", ls),
        ("add", add),
        ("remove", remove),
        ("toggle", toggle),
    ):
        group.command(name)(function)


def enable() -> None:
    """Let only networks of the list reach the account."""
    if _is_enforced():
        raise CommandError("The list of networks is in force already.")
    access = cloud_api.ask("GET", f"{cloud_api.account()}/ip_allowlist/my_access")
    if not access["allowed"]:
        raise CommandError(f"You would lock yourself out: {access['detail']}. Add your network first.")
    render.agreed("Let only networks of the list reach the account?")
    _enforce(True)
    render.success("IP allowlist enabled.")


def disable() -> None:
    """Let every network reach the account."""
    _enforce(False)
    render.success("IP allowlist disabled.")


def ls() -> None:
    """List the networks."""
    _show(_entries())


def add(
    ip_address_or_range: Network,
    *,
    description: Annotated[str | None, Flag("--description", "-d", help="What it is.")] = None,
) -> None:
    """Add a network, or change its description."""
    network = _network(ip_address_or_range)
    entry = {"ip_network": network, "enabled": True, "description": description, "last_seen": None}
    _put([*(each for each in _entries() if each["ip_network"] != network), entry])


def remove(ip_address_or_range: Network) -> None:
    """Take a network out of the list."""
    network = _network(ip_address_or_range)
    found = _entries()
    _named(found, network)
    _put([each for each in found if each["ip_network"] != network])


def toggle(ip_address_or_range: Network) -> None:
    """Switch a network of the list on or off."""
    found = _entries()
    entry = _named(found, _network(ip_address_or_range))
    entry["enabled"] = not entry["enabled"]
    _put(found)


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise UsageError(f"{text!r} is neither an address nor a network such as 10.0.0.0/8.") from None


def _named(entries: list[dict[str, Any]], network: str) -> dict[str, Any]:
    for each in entries:
        if each["ip_network"] == network:
            return each
    raise CommandError(f"{network} is not in the list. 'prefect cloud ip-allowlist ls' shows it.")


def _entries() -> list[dict[str, Any]]:
    return cloud_api.ask("GET", f"{cloud_api.account()}/ip_allowlist")["entries"]


def _put(entries: list[dict[str, Any]]) -> None:
    cloud_api.ask("PUT", f"{cloud_api.account()}/ip_allowlist", json={"entries": entries})
    _show(entries)


def _is_enforced() -> bool:
    found = cloud_api.ask("GET", f"{cloud_api.account()}/settings")
    return bool(found.get("settings", found).get("enforce_ip_allowlist"))


def _enforce(on: bool) -> None:
    cloud_api.ask("PATCH", f"{cloud_api.account()}/settings", json={"enforce_ip_allowlist": on})


def _show(entries: list[dict[str, Any]]) -> None:
    rows = [
        (
            each["ip_network"],
            each["description"],
            "yes" if each["enabled"] else "no",
            each["last_seen"] or "never",
        )
        for each in entries
    ]
    render.table(("Network", "Description", "Enabled", "Last seen"), rows, title="Networks")
    render.line(f"The list is {'in force' if _is_enforced() else 'not in force'}.")
