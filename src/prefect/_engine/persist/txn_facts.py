"""What a transaction is made of and what its user asks and tells it."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect._engine import scope
from prefect.utilities.annotations import NotSet
from prefect.utilities.collections import AutoEnum

if TYPE_CHECKING:
    from prefect._engine.persist.store import Found, ResultStore
    from prefect._engine.persist.txn import BaseTransaction

loggers: Any = lazy.module("prefect.logging.loggers")

Hook = Callable[..., Any]


class IsolationLevel(AutoEnum):
    """Whether runs of one key may overlap.

    With READ_COMMITTED each sees what is committed when it begins; with SERIALIZABLE they run one after the
    other.
    """

    READ_COMMITTED = AutoEnum.auto()
    SERIALIZABLE = AutoEnum.auto()


class CommitMode(AutoEnum):
    """When a transaction commits: at its own end (EAGER), with the outermost one (LAZY), or never (OFF)."""

    EAGER = AutoEnum.auto()
    LAZY = AutoEnum.auto()
    OFF = AutoEnum.auto()


class TransactionState(AutoEnum):
    """How far a transaction has come."""

    PENDING = AutoEnum.auto()
    ACTIVE = AutoEnum.auto()
    STAGED = AutoEnum.auto()
    COMMITTED = AutoEnum.auto()
    ROLLED_BACK = AutoEnum.auto()


PENDING, ACTIVE, STAGED = TransactionState.PENDING, TransactionState.ACTIVE, TransactionState.STAGED
COMMITTED, ROLLED_BACK = TransactionState.COMMITTED, TransactionState.ROLLED_BACK
FINISHED = (COMMITTED, ROLLED_BACK)

current_transaction: ContextVar[BaseTransaction | None] = ContextVar("prefect_transaction", default=None)


def hook_name(hook: Any) -> str:
    """What a hook is called in the log."""
    while hasattr(hook, "func"):
        hook = hook.func
    return getattr(hook, "__name__", None) or type(hook).__name__


class TransactionFacts:
    """The fields of a transaction, its state, its notes and what it has staged."""

    __slots__ = (
        "store",
        "key",
        "children",
        "commit_mode",
        "isolation_level",
        "state",
        "on_commit_hooks",
        "on_rollback_hooks",
        "overwrite",
        "write_on_commit",
        "on_rolled_back",
        "decode_on_begin",
        "_logger",
        "_parent",
        "_token",
        "_staged",
        "_notes",
        "_found",
        "_holder",
        "_holds",
        "_ended",
        "__weakref__",
    )

    def __init__(
        self,
        *,
        store: ResultStore | None = None,
        key: str | None = None,
        commit_mode: CommitMode | str | None = None,
        isolation_level: IsolationLevel | str | None = None,
        overwrite: bool = False,
        write_on_commit: bool = True,
        on_commit_hooks: list[Hook] | None = None,
        on_rollback_hooks: list[Hook] | None = None,
        logger: logging.Logger | logging.LoggerAdapter[Any] | None = None,
        on_rolled_back: Callable[[BaseTransaction], Any] | None = None,
        decode_on_begin: bool = False,
    ) -> None:
        self.store = store
        self.key = key
        self.children: list[BaseTransaction] = []
        self.commit_mode = commit_mode if commit_mode is None else CommitMode(commit_mode)
        self.isolation_level = (
            IsolationLevel.READ_COMMITTED if isolation_level is None else IsolationLevel(isolation_level)
        )
        self.state = PENDING
        self.on_commit_hooks = [] if on_commit_hooks is None else on_commit_hooks
        self.on_rollback_hooks = [] if on_rollback_hooks is None else on_rollback_hooks
        self.overwrite = overwrite
        self.write_on_commit = write_on_commit
        self.on_rolled_back = on_rolled_back
        self.decode_on_begin = decode_on_begin
        self._logger = logger
        self._parent: BaseTransaction | None = None
        self._token: Token[BaseTransaction | None] | None = None
        self._staged: Any = None
        self._notes: dict[str, Any] | None = None
        self._found: Found | None = None
        self._holder: str | None = None
        self._holds = False
        self._ended = False

    # -- what users ask ---------------------------------------------------------------------------

    def is_pending(self) -> bool:
        return self.state is PENDING

    def is_active(self) -> bool:
        return self.state is ACTIVE

    def is_staged(self) -> bool:
        return self.state is STAGED

    def is_committed(self) -> bool:
        return self.state is COMMITTED

    def is_rolled_back(self) -> bool:
        return self.state is ROLLED_BACK

    def get_parent(self) -> BaseTransaction | None:
        """The transaction around this one."""
        return self._parent

    @classmethod
    def get_active(cls) -> BaseTransaction | None:
        """The innermost transaction of the code at hand, or None."""
        return current_transaction.get()

    @property
    def logger(self) -> Any:
        """The logger of the run at hand, else that of transactions; where hooks and failures are told."""
        if self._logger is None:
            in_run = scope.innermost() is not None
            self._logger = loggers.get_run_logger() if in_run else logging.getLogger("prefect.transactions")
        return self._logger

    def set(self, name: str, value: Any) -> None:
        """Note a value for hooks and for the transactions inside this one."""
        if self._notes is None:
            self._notes = {}
        self._notes[name] = value

    def get(self, name: str, default: Any = NotSet) -> Any:
        """A copy of the value noted under `name` here or in a transaction around this one.

        Raises `ValueError` if there is none and no default is given.
        """
        at: TransactionFacts | None = self
        while at is not None:
            if at._notes is not None and name in at._notes:
                return copy.deepcopy(at._notes[name])
            at = at._parent
        if default is NotSet:
            raise ValueError(f"Could not retrieve value for unknown key: {name}")
        return default

    def stage(
        self,
        value: Any,
        on_rollback_hooks: list[Hook] | None = None,
        on_commit_hooks: list[Hook] | None = None,
    ) -> None:
        """Set the value to write at the commit, and what to call then or when the work is undone.

        Does nothing if the transaction is committed or rolled back already.
        """
        if self.state in FINISHED:
            return
        self.on_rollback_hooks += on_rollback_hooks or ()
        self.on_commit_hooks += on_commit_hooks or ()
        self._staged = value
        self.state = STAGED

    def add_child(self, transaction: BaseTransaction) -> None:
        """Take `transaction` along: it is committed or rolled back with this one."""
        self.children.append(transaction)
