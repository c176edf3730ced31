"""``prefect server database``: versions of the schema, emptying, moving to another database, checking."""

from __future__ import annotations

from typing import Annotated, Any

from prefect._base import lazy
from prefect._cli import render
from prefect._cli.command import Flag, Group
from prefect._cli.errors import CommandError

settings: Any = lazy.module("prefect.settings")
stores: Any = lazy.module("prefect._store.current")
upkeep: Any = lazy.module("prefect._store.upkeep")
migrate: Any = lazy.module("prefect._store.migrate")
moving: Any = lazy.module("prefect._store.moving")

Yes = Annotated[bool, Flag("--yes", "-y", help="Do not ask.")]
Revision = Annotated[str, Flag("--revision", "-r", help="head, base, a number, or a step such as +1.")]
DryRun = Annotated[bool, Flag("--dry-run", help="Say what would be done, and do nothing.")]


def add_to(server: Group) -> None:
    """Put the commands into the group of the server."""
    app = server.group("database", "Look after the database of the server.")
    app.command("upgrade")(upgrade)
    app.command("downgrade")(downgrade)
    app.command("reset")(reset)
    app.command("stamp")(stamp)
    app.command("revision")(revision)
    app.command("move")(move)
    server.command("check")(check)


def upgrade(*, yes: Yes = False, revision: Revision = "head", dry_run: DryRun = False) -> None:
    """Bring the schema of the database up to date."""
    where = _where()
    before = upkeep.version(where)
    target = upkeep.revision(revision, before)
    if target <= before:
        render.success(f"The database at {stores.shown(where)} is at revision {before} already.")
        return
    for number in range(before + 1, target + 1):
        render.line(f"  {migrate.SCRIPTS[number - 1]}")
    if dry_run:
        return
    render.agreed(f"Apply these steps to {stores.shown(where)}?", yes=yes)
    upkeep.upgrade(where, target)
    render.success(f"The database at {stores.shown(where)} is at revision {upkeep.version(where)}.")


def downgrade(*, yes: Yes = False, revision: Revision = "-1", dry_run: DryRun = False) -> None:
    """Go back to an older schema, where that is possible."""
    where = _where()
    at = upkeep.version(where)
    target = upkeep.revision(revision, at)
    if target >= at:
        render.success(
            f"The database at {stores.shown(where)} is at revision {at}, there is nothing to undo."
        )
        return
    raise CommandError(
        f"Steps of the schema lead forward only: revision {at} cannot be turned into {target} without losing"
        " data. Put a backup from before the upgrade in its place."
    )


def reset(*, yes: Yes = False) -> None:
    """Remove everything from the database: runs, deployments, blocks, logs."""
    where = _where()
    render.agreed(f"Remove everything from the database at {stores.shown(where)}?", yes=yes)
    upkeep.empty(where)
    render.success(f"The database at {stores.shown(where)} is empty.")


def stamp(revision: Annotated[str, Flag("--revision", help="A revision, or 'head'.")]) -> None:
    """Write down which revision the schema has, and change nothing else."""
    where = _where()
    target = upkeep.revision(revision, upkeep.version(where))
    upkeep.stamp(where, target)
    render.success(f"The database at {stores.shown(where)} is marked as revision {target}.")


def revision(
    *,
    message: Annotated[str | None, Flag("--message", "-m", help="What the step is for.")] = None,
    autogenerate: Annotated[bool, Flag("--autogenerate", help="No effect.")] = False,
) -> None:
    """Begin a new step of the schema: for the package's own developers."""
    raise CommandError(
        "Steps of the schema are numbered scripts of the package: write one into prefect/_store/migrations"
        " and name it in prefect/_store/migrate.py."
    )


def move(
    *,
    to: Annotated[str, Flag("--to", help="The URL of the empty database to copy to.")],
    from_: Annotated[
        str | None, Flag("--from", help="The URL of the database to copy; that of the settings if left out.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Copy the database with its whole history into another, empty one: SQLite or PostgreSQL.

    Stop the server and all programs that write to the database before.
    """
    source, target = _where() if from_ is None else _where(from_), _where(to)
    if source == target:
        raise CommandError("Both are the same database.")
    render.agreed(
        f"Copy {stores.shown(source)} to {stores.shown(target)}? Nothing may write to either meanwhile.",
        yes=yes,
    )
    done = moving.copy(
        stores.opened(source),
        stores.opened(target),
        lambda copied: render.line(f"  {copied.table}: {copied.rows}") if copied.rows else None,
    )
    moving.finish(target)
    render.success(
        f"Copied {sum(each.rows for each in done)} rows. The new database is used when"
        " PREFECT_SERVER_DATABASE_CONNECTION_URL names it."
    )


def check() -> None:
    """Check what holds in a sound database, whatever happened to the processes that used it."""
    where = _where()
    found: list[str] = upkeep.violations(where)
    for violation in found:
        render.line(f"Does not hold: {violation}")
    if found:
        rules = "1 rule is" if len(found) == 1 else f"{len(found)} rules are"
        raise CommandError(f"{rules} broken in the database at {stores.shown(where)}.")
    render.success(f"The database at {stores.shown(where)} is sound.")


def _where(url: str | None = None) -> str:
    if url is None:
        return stores.named()
    return stores.address({**settings.active(), "server.database.connection_url": url}, is_given=True)
