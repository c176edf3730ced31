"""Transactions: work whose results and side effects are kept together, or undone together.

>>> with transaction(key="report") as txn:
...     if not txn.is_committed():
...         publish()
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Generator
from logging import Logger, LoggerAdapter
from typing import TYPE_CHECKING, Any, NoReturn, Self

from prefect._base import lazy
from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING
from prefect._engine.persist.txn import BaseTransaction
from prefect._engine.persist.txn_facts import (
    CommitMode,
    Hook,
    IsolationLevel,
    TransactionState,
    hook_name,
)

if TYPE_CHECKING:
    from prefect.results import ResultRecord, ResultStore

results: Any = lazy.module("prefect.results")


class Transaction(BaseTransaction):
    """A transaction for blocking code, entered with ``with``."""

    __slots__ = ()

    def __enter__(self) -> Self:
        return drive(self.enter())

    def __exit__(self, *exc_info: Any) -> None:
        drive(self.leave(exc_info[1]))

    def begin(self) -> None:
        """Take the lock if there is one, and see whether the work was committed before."""
        drive(self._begin(BLOCKING))

    def read(self) -> ResultRecord[Any] | None:
        """The record that is stored under the key, None if there is none."""
        return drive(self.read_record())

    def reset(self) -> None:
        """Stop being the transaction of the code at hand; one around it takes this one along."""
        self._reset()
        if self._parent is not None:
            drive(self._join_parent(BLOCKING))

    def commit(self) -> bool:
        """Commit now; whether it was done. A failure is logged and rolls this transaction back."""
        return drive(self._commit(BLOCKING))

    def rollback(self) -> bool:
        """Undo what was done, and with it the transaction around this one; whether it was done in full."""
        return drive(self._undo(BLOCKING))

    def run_hook(self, hook: Hook, hook_type: str) -> None:
        """Call a hook with this transaction and log it; raises what it raises."""
        drive(self._run_hook(BLOCKING, hook, hook_type))


class AsyncTransaction(BaseTransaction):
    """A transaction for async code, entered with ``async with``."""

    __slots__ = ()

    _ports = AWAITING

    async def __aenter__(self) -> Self:
        return await self.enter()

    async def __aexit__(self, *exc_info: Any) -> None:
        await self.leave(exc_info[1])

    def __enter__(self) -> NoReturn:
        raise NotImplementedError("An AsyncTransaction is entered with `async with`, not with `with`.")

    def __exit__(self, *exc_info: Any) -> NoReturn:
        raise NotImplementedError("An AsyncTransaction is entered with `async with`, not with `with`.")

    async def begin(self) -> None:
        """Take the lock if there is one, and see whether the work was committed before."""
        await self._begin(AWAITING)

    async def read(self) -> ResultRecord[Any] | None:
        """The record that is stored under the key, None if there is none."""
        return await self.read_record()

    async def reset(self) -> None:
        """Stop being the transaction of the code at hand; one around it takes this one along."""
        self._reset()
        if self._parent is not None:
            await self._join_parent(AWAITING)

    async def commit(self) -> bool:
        """Commit now; whether it was done. A failure is logged and rolls this transaction back."""
        return await self._commit(AWAITING)

    async def rollback(self) -> bool:
        """Undo what was done, and with it the transaction around this one; whether it was done in full."""
        return await self._undo(AWAITING)

    async def run_hook(self, hook: Hook, hook_type: str) -> None:
        """Call a hook with this transaction and log it; raises what it raises."""
        await self._run_hook(AWAITING, hook, hook_type)


def get_transaction() -> BaseTransaction | None:
    """The innermost transaction of the code at hand, or None."""
    return BaseTransaction.get_active()


@contextlib.contextmanager
def transaction(
    key: str | None = None,
    store: ResultStore | None = None,
    commit_mode: CommitMode | None = None,
    isolation_level: IsolationLevel | None = None,
    overwrite: bool = False,
    write_on_commit: bool = True,
    logger: Logger | LoggerAdapter[Any] | None = None,
) -> Generator[Transaction, None, None]:
    """Run the body as one transaction; if it raises, what was done inside is rolled back.

    With a `key`, a body that was committed before is found committed: ask ``txn.is_committed()`` and skip the
    work.

    :param store: where the value is kept; the result store of the run at hand if none is given
    :param commit_mode: when to commit; as the transaction around this one, else when this one ends (LAZY)
    :param isolation_level: SERIALIZABLE runs bodies of the same key one after the other; needs a lock manager
    :param overwrite: do the work again even if it was committed before
    :param write_on_commit: False keeps the value from being stored
    :param logger: where hooks and failures are told
    """
    txn = Transaction(
        key=key,
        store=_store_for(key, store),
        commit_mode=commit_mode,
        isolation_level=isolation_level,
        overwrite=overwrite,
        write_on_commit=write_on_commit,
        logger=logger,
    )
    with txn:
        yield txn


@contextlib.asynccontextmanager
async def atransaction(
    key: str | None = None,
    store: ResultStore | None = None,
    commit_mode: CommitMode | None = None,
    isolation_level: IsolationLevel | None = None,
    overwrite: bool = False,
    write_on_commit: bool = True,
    logger: Logger | LoggerAdapter[Any] | None = None,
) -> AsyncGenerator[AsyncTransaction, None]:
    """The same as :func:`transaction`, for async code."""
    txn = AsyncTransaction(
        key=key,
        store=_store_for(key, store),
        commit_mode=commit_mode,
        isolation_level=isolation_level,
        overwrite=overwrite,
        write_on_commit=write_on_commit,
        logger=logger,
    )
    async with txn:
        yield txn


def _store_for(key: str | None, store: ResultStore | None) -> ResultStore | None:
    """The store of a transaction with a key; its records carry their metadata, also inside of flow runs."""
    if key is None or store is not None:
        return store
    found = results.get_result_store()
    if type(found.metadata_storage).__name__ == "NullFileSystem":
        return found.model_copy(update={"metadata_storage": None})
    return found


get_hook_name = hook_name

for _public in (BaseTransaction, CommitMode, IsolationLevel, TransactionState):
    _public.__module__ = __name__
del _public

__all__ = [
    "transaction",
    "atransaction",
    "get_transaction",
    "Transaction",
    "AsyncTransaction",
    "BaseTransaction",
    "CommitMode",
    "IsolationLevel",
    "TransactionState",
]
