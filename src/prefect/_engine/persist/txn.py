"""The life of a transaction, written once: begin, commit, roll back, for blocking and for async callers.

A transaction is a plain object, since the engine makes one for every task run. What it does with storage,
locks and hooks goes through ports.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import uuid4

from prefect._base.ports import BLOCKING, Ports
from prefect._engine import hooks
from prefect._engine.persist.txn_facts import (
    ACTIVE,
    COMMITTED,
    FINISHED,
    ROLLED_BACK,
    STAGED,
    CommitMode,
    Hook,
    IsolationLevel,
    TransactionFacts,
    current_transaction,
    hook_name,
)
from prefect.exceptions import ConfigurationError, SerializationError

if TYPE_CHECKING:
    from prefect._engine.persist.record import ResultRecord
    from prefect._engine.persist.store import Found

# a transaction that ends in one thread and a child that joins it from another must not miss each other
_family = threading.Lock()


class BaseTransaction(TransactionFacts):
    """A unit of work whose results are kept together or not at all.

    `key` is where its value is stored in `store`; a transaction without a key stores nothing. `overwrite`
    ignores what is stored already; ``write_on_commit=False`` runs the commit without writing. An
    `on_rolled_back` callable is called with the transaction after work that it had staged was undone;
    `decode_on_begin` makes a stored record that cannot be read count as none.
    """

    __slots__ = ()

    _ports: ClassVar[Ports] = BLOCKING

    # -- begin ------------------------------------------------------------------------------------

    def prepare_transaction(self) -> None:
        """Find the transaction around this one and take over its commit mode."""
        parent = self._parent = current_transaction.get()
        if self.commit_mode is None:
            self.commit_mode = CommitMode.LAZY if parent is None else parent.commit_mode

    async def enter(self, ports: Ports | None = None) -> Self:
        """Begin, and make this the transaction of the code at hand until :meth:`leave`."""
        if self._token is not None:
            raise RuntimeError("This transaction was entered already.")
        self.prepare_transaction()
        if self.key is not None and self.store is not None:
            await self._begin(self._ports if ports is None else ports)
        else:
            self._require_isolation()
            self.state = ACTIVE
        self._token = current_transaction.set(self)
        return self

    def _require_isolation(self) -> None:
        if self.isolation_level is IsolationLevel.SERIALIZABLE and (
            self.store is None or not self.store.supports_isolation_level(self.isolation_level)
        ):
            raise ConfigurationError(
                "The isolation level SERIALIZABLE needs a lock manager. Give the result store one, as in "
                "`ResultStore(lock_manager=MemoryLockManager())`, or configure the cache policy with one."
            )

    async def _begin(self, ports: Ports) -> None:
        """Take the lock if runs of the key must not overlap, and see whether the work is done already."""
        if self.state in FINISHED:
            return
        self._require_isolation()
        if self.key is None or self.store is None:
            self.state = ACTIVE
            return
        if self.isolation_level is IsolationLevel.SERIALIZABLE:
            self._holder = uuid4().hex
            self._holds = await self.store.hold(ports, self.key, self._holder)
        try:
            self._found = None if self.overwrite else await self._look(ports)
        except BaseException:
            self._release()
            raise
        if self._found is None:
            self.state = ACTIVE
        else:
            self.state = COMMITTED
            self._release()

    async def _look(self, ports: Ports) -> Found | None:
        assert self.key is not None
        assert self.store is not None
        found = await self.store.find(ports, self.key)
        if found is None or not self.decode_on_begin or found.record is not None:
            return found
        try:
            return found._replace(record=await self.store.decode(ports, found))
        except Exception as error:  # noqa: BLE001 - a stored result may fail in any way when it is made again
            self.logger.warning(
                "The stored result of key %r cannot be read, the work is done again: %r", self.key, error
            )
            return None

    async def read_record(self, ports: Ports | None = None) -> ResultRecord[Any] | None:
        """The record that is stored under the key, None if there is none."""
        if self.store is None or self.key is None:
            return None
        ports = self._ports if ports is None else ports
        found = self._found or await self.store.find(ports, self.key)
        if found is None:
            return None
        record = await self.store.decode(ports, found)
        if self._found is not None:
            self._found = found._replace(record=record)
        return record

    # -- end --------------------------------------------------------------------------------------

    async def leave(self, exc: BaseException | None = None, ports: Ports | None = None) -> None:
        """End what :meth:`enter` began. With an exception everything is undone; it is the caller's to
        raise.
        """
        ports = self._ports if ports is None else ports
        self._reset()
        if exc is not None:
            await self._undo(ports)
        elif self.state is ROLLED_BACK:
            return
        elif self.commit_mode is CommitMode.EAGER:
            await self._commit(ports)
        elif self._parent is not None:
            await self._join_parent(ports)
        elif self.commit_mode is CommitMode.OFF:
            await self._undo(ports)
        else:
            await self._commit(ports)

    def _reset(self) -> None:
        token, self._token = self._token, None
        if token is None:
            return
        try:
            current_transaction.reset(token)
        except (
            ValueError
        ):  # it was entered in another context (a generator that is closed elsewhere, for instance)
            if current_transaction.get() is self:
                current_transaction.set(self._parent)

    async def _join_parent(self, ports: Ports) -> None:
        """Leave the decision to the transaction around this one; follow it if it has ended already."""
        parent = self._parent
        assert parent is not None
        with _family:
            if not parent._ended:
                parent.add_child(self)
                return
        if parent.state is ROLLED_BACK:
            await self._undo(ports)
        else:
            await self._commit(ports)

    async def _undo(self, ports: Ports) -> bool:
        """Roll back, and with this one the transaction around it."""
        done = await self._rollback(ports)
        parent = self._parent
        if parent is not None and not (self.state is COMMITTED and not done):
            await parent._undo(ports)
        return done

    def _end(self) -> list[BaseTransaction] | None:
        """Take no more children; those that there are, or None if this transaction was ended before."""
        with _family:
            if self._ended:
                return None
            self._ended = True
            return self.children

    # -- commit -----------------------------------------------------------------------------------

    async def _commit(self, ports: Ports) -> bool:
        """Commit the children, run the hooks, write the value. A failure is logged and undoes this
        transaction.
        """
        children = self._end()
        if children is None:
            return False
        try:
            for child in children:
                await child._commit(ports)
            if self.state is COMMITTED:  # at its begin
                return False
            for hook in self.on_commit_hooks:
                await self._run_hook(ports, hook, "commit")
            await self._write(ports)
            self.state = COMMITTED
            self._release()
            return True
        except SerializationError as error:
            self.logger.warning("The result of key %r is not stored: %s", self.key, error)
        except Exception as error:  # noqa: BLE001 - hooks and storages are the user's; nothing of theirs leaves a commit
            self._tell_failed_commit(error)
        except BaseException:
            await self._unwind(ports, children)
            raise
        await self._unwind(ports, children)
        return False

    def _tell_failed_commit(self, error: Exception) -> None:
        self.logger.warning(
            "The transaction %s could not be committed and is rolled back: %r",
            self._name,
            error,
            exc_info=error,
        )

    async def _write(self, ports: Ports) -> None:
        if self.store is None or not self.write_on_commit:
            return
        value = self._staged
        if type(value).__name__ == "ResultRecord":
            await self.store.save(ports, value, self._holder)
        elif self.key is not None:
            await self.store.save(ports, await self.store.make_record(ports, value, self.key), self._holder)

    # -- roll back --------------------------------------------------------------------------------

    async def _rollback(self, ports: Ports) -> bool:
        """Undo this transaction and its children; whether that was done, and in full."""
        children = self._end()
        return False if children is None else await self._unwind(ports, children)

    async def _unwind(self, ports: Ports, children: list[BaseTransaction]) -> bool:
        """Run the hooks from the last to the first, then undo the children from the last to the first.

        A hook that fails stops it: what it and those before it were to undo stays as it is, and that is
        logged.
        """
        if self.state is COMMITTED:
            for child in reversed(children):
                await child._rollback(ports)
            return False
        was_staged = self.state is STAGED
        try:
            for hook in reversed(self.on_rollback_hooks):
                await self._run_hook(ports, hook, "rollback")
            self.state = ROLLED_BACK
            for child in reversed(children):
                await child._rollback(ports)
        except Exception as error:
            self.logger.error(
                "The rollback of transaction %s stopped, not everything is undone: %r",
                self._name,
                error,
                exc_info=error,
            )
            return False
        finally:
            self.state = ROLLED_BACK
            self._release()
        if was_staged and self.on_rolled_back is not None:
            self.on_rolled_back(self)
        return True

    async def _run_hook(self, ports: Ports, hook: Hook, kind: str) -> None:
        name = hook_name(hook)
        self.logger.info("Running %s hook %r", kind, name)
        try:
            await hooks.call(hook, ports, self)
        except Exception:
            self.logger.error("An error was encountered while running %s hook %r", kind, name)
            raise
        self.logger.info("%s hook %r finished running successfully", kind.capitalize(), name)

    def _release(self) -> None:
        """Give the lock back, if it is held. One whose time has passed belongs to nobody any more."""
        if self._holds and self.store is not None and self.key is not None:
            self._holds = False
            try:
                self.store.release_lock(self.key, self._holder)
            except ValueError as error:
                self.logger.warning("The lock of key %r was lost before the end: %s", self.key, error)

    @property
    def _name(self) -> str:
        return repr(self.key) if self.key is not None else "without key"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} key={self.key!r} state={self.state.value}>"
