"""What PostgreSQL reports, said in the words of the house: mapped once, at this seam."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect._base import errors, lazy
from prefect._base.errors import StoreError

pg: Any = lazy.module("asyncpg.exceptions")

# the transaction met another one and lost; carried out again it finds what that one has left
_COLLIDED: tuple[Any, ...] = (pg.SerializationError, pg.DeadlockDetectedError)
# perhaps for the same reason: the row that is in the way may have been invisible
_PERHAPS_COLLIDED: tuple[Any, ...] = (
    pg.UniqueViolationError,
    pg.ForeignKeyViolationError,
    pg.ExclusionViolationError,
)
_LOST: tuple[Any, ...] = (
    pg.PostgresConnectionError,
    pg.AdminShutdownError,
    pg.CrashShutdownError,
    pg.CannotConnectNowError,
    pg.TooManyConnectionsError,
    pg.IdleInTransactionSessionTimeoutError,
    ConnectionError,
    OSError,
    TimeoutError,
    asyncio.IncompleteReadError,
)
_REFUSED: tuple[Any, ...] = (
    pg.InvalidAuthorizationSpecificationError,
    pg.InvalidCatalogNameError,
    pg.InsufficientPrivilegeError,
)
_LATER = "It is tried again; check that PostgreSQL runs there and can be reached."


def is_lost(error: BaseException) -> bool:
    """Whether the connection is gone, or never came."""
    if isinstance(error, pg.InterfaceError):
        return "clos" in str(error) or "another operation" in str(error)
    return isinstance(error, _LOST) and not isinstance(error, _REFUSED)


def has_collided(error: BaseException) -> bool:
    return isinstance(_cause(error), _COLLIDED)


def may_have_collided(error: BaseException) -> bool:
    return isinstance(_cause(error), _PERHAPS_COLLIDED)


def _cause(error: BaseException) -> BaseException | None:
    return error.__cause__ if isinstance(error, StoreError) else error


def is_about_values(error: BaseException) -> bool:
    """Whether `error` blames the values that were written rather than the database."""
    if isinstance(error, pg.PostgresError):
        return (getattr(error, "sqlstate", None) or "")[:2] in ("22", "23", "54")
    return isinstance(error, (pg.DataError, UnicodeEncodeError, OverflowError, pg.InterfaceError)) and not (
        is_lost(error)
    )


def translate(error: BaseException, place: str) -> StoreError:
    """The store error that stands for `error`, to be raised from it. `place` is told without credentials."""
    if isinstance(error, StoreError):
        return error
    if isinstance(error, _REFUSED):
        return errors.StoreUnavailable(
            place,
            f"does not let us in: {error}.",
            "Check user, password, name and rights in PREFECT_SERVER_DATABASE_CONNECTION_URL.",
        )
    if isinstance(error, pg.QueryCanceledError):
        return errors.StoreBusy(
            place,
            "took too long to answer.",
            "PREFECT_SERVER_DATABASE_TIMEOUT says how many seconds it may take.",
        )
    if is_lost(error):
        return errors.StoreUnavailable(place, f"does not answer ({_said(error)}).", _LATER)
    if isinstance(error, (pg.DiskFullError, pg.OutOfMemoryError)):
        return errors.StoreFull(place, f"has no room left: {error}.", "Give it more room.")
    if isinstance(error, pg.IntegrityConstraintViolationError):
        return errors.StoreConstraint(
            place, f"refused a row: {error}.", "Check what is written against the schema."
        )
    if is_about_values(error):
        return errors.StoreValue(place, f"cannot keep a value: {_said(error)}.", "Send another value.")
    if isinstance(error, (pg.DataCorruptedError, pg.IndexCorruptedError)):
        return errors.StoreCorrupt(place, f"is damaged ({error}).", "Put a backup in its place.")
    return errors.StoreError(
        place, f"answered: {_said(error)}.", "This is a defect of the statement that was sent."
    )


def _said(error: BaseException) -> str:
    return str(error).rstrip(".") or type(error).__name__
