"""The errors that cross floors: how an operation is refused, and what can be wrong with a store.

Both doors raise the same operation errors: the service raises them, the HTTP side sends `status` and the
message, and the HTTP link turns them back. Faces map them to the public exceptions once.
"""

from __future__ import annotations


class OperationError(Exception):
    """An operation was refused; `status` is the HTTP code that says why."""

    status = 500

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        if status is not None:
            self.status = status

    @property
    def message(self) -> str:
        return str(self.args[0])


class Invalid(OperationError):
    """What was asked for breaks a rule; the message says which and what would be right."""

    status = 422


class NotFound(OperationError):
    """There is no such thing. `what` is its kind, as in "Variable"."""

    status = 404

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} not found.")
        self.what = what


class AlreadyExists(OperationError):
    """A thing with this name or key exists. `what` says which, as in "A variable named 'x'"."""

    status = 409

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} already exists.")
        self.what = what


class Conflict(OperationError):
    """The request does not fit to what is stored."""

    status = 409


class Forbidden(OperationError):
    """The thing is protected."""

    status = 403


class Gone(OperationError):
    """It was there, and its time is over."""

    status = 410


class Locked(OperationError):
    """No slot is free; `retry_after_s` says when to ask again.

    In the process of the store it also says what to watch instead: `waits_for` are the ids of the limits
    without room, and what happens to one of them after number `after` of the log is worth another try. A
    server that has waited in the client's stead says so with `waited_s`.
    """

    status = 423

    def __init__(
        self,
        message: str,
        retry_after_s: float,
        *,
        waits_for: tuple[str, ...] = (),
        after: int = 0,
        waited_s: float = 0.0,
    ) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.waited_s = waited_s
        self.waits_for = waits_for
        self.after = after


class Unauthorized(OperationError):
    """The credentials are missing or wrong."""

    status = 401


class ApiUnreachable(OperationError):
    """No answer came from the API at `url`, however often it was asked.

    `was_there` says that it has answered this process before: waiting may help.
    """

    status = 503

    def __init__(self, url: str, problem: str, was_there: bool = False) -> None:
        super().__init__(
            f"Could not reach the API at {url}: {problem}. Check PREFECT_API_URL, and that the server runs."
        )
        self.url = url
        self.was_there = was_there


class StoreError(RuntimeError):
    """The database cannot be used: where it is, what is wrong with it, what to do."""

    def __init__(self, path: object, problem: str, way_out: str) -> None:
        super().__init__(f"The database at {path} {problem} {way_out}")
        self.path = str(path)
        self.problem = problem
        self.way_out = way_out


class StoreUnavailable(StoreError):
    """The file or its folder cannot be created, read or written."""


class StoreFull(StoreError):
    """There is no room left for what has to be written."""


class StoreBusy(StoreError):
    """Another process has kept the write lock for longer than anybody should wait."""


class StoreCorrupt(StoreError):
    """The file is not a database, or a damaged one."""


class StoreForeign(StoreError):
    """The file is a database of another program."""


class StoreTooNew(StoreError):
    """The database was written by a newer version of this package."""


class StoreClosed(StoreError):
    """The store was closed before this call."""


class StoreValue(StoreError):
    """A value cannot be kept: a number that is too large, a text with a character that no database takes."""


class StoreConstraint(StoreError):
    """A row breaks a rule of the schema: it exists already, or what it refers to does not."""
