"""Whatever breaks at a commit, each transaction is kept as a whole or undone as a whole."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from prefect.results import ResultStore
from prefect.transactions import CommitMode, Transaction, transaction

QUIET = logging.getLogger("tests.quiet")
QUIET.disabled = True


@dataclass
class Part:
    """A transaction of the tree: what is in it, and where it breaks."""

    children: list[Part] = field(default_factory=list["Part"])
    breaks: str = "nowhere"  # or: body, commit hook, write
    mode: CommitMode | None = None
    name: str = field(default="", repr=False)


def trees() -> st.SearchStrategy[Part]:
    points = st.sampled_from(["nowhere"] * 5 + ["body", "commit hook", "write"])
    modes = st.sampled_from([None, None, CommitMode.EAGER])
    leaves = st.builds(Part, st.just([]), points, modes)
    return st.recursive(
        leaves, lambda inner: st.builds(Part, st.lists(inner, max_size=3), points, modes), max_leaves=6
    )


class Breaking:
    """A storage in memory that refuses some keys."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.refused: set[str] = set()

    def read_path(self, path: str) -> bytes:
        return self.files[path]

    def write_path(self, path: str, content: bytes) -> None:
        if path in self.refused:
            self.files.setdefault("torn", content[:1])
            raise OSError("the disk is full")
        self.files[path] = content


class Log:
    """What happened to each transaction."""

    def __init__(self) -> None:
        self.storage = Breaking()
        self.store = ResultStore(result_storage=self.storage, cache_result_in_memory=False)
        self.made: dict[str, Transaction] = {}
        self.committed: list[str] = []
        self.undone: list[str] = []
        self.parts: dict[str, Part] = {}
        self.parents: dict[str, str | None] = {}

    def run(self, part: Part, name: str = "0", parent: str | None = None) -> None:
        part.name = name
        self.parts[name], self.parents[name] = part, parent
        if part.breaks == "write":
            self.storage.refused.add(name)

        def commit(txn: Any) -> None:
            self.committed.append(name)
            if part.breaks == "commit hook":
                raise ValueError(name)

        def rollback(txn: Any) -> None:
            self.undone.append(name)

        with transaction(key=name, store=self.store, commit_mode=part.mode, logger=QUIET) as txn:
            self.made[name] = txn
            for number, child in enumerate(part.children):
                try:
                    self.run(child, f"{name}.{number}", name)
                except RuntimeError:
                    pass  # the body goes on as if nothing had been
            txn.stage(f"value of {name}", [rollback], [commit])
            if part.breaks == "body":
                raise RuntimeError(name)


def check(log: Log) -> None:
    for name, txn in log.made.items():
        kept = name in log.storage.files
        assert txn.is_committed() or txn.is_rolled_back(), (name, txn.state)
        assert kept is txn.is_committed(), f"{name}: state and storage differ"
        if txn.is_committed():
            assert log.committed.count(name) == 1
            assert name not in log.undone
            assert log.parts[name].breaks in ("nowhere",)
        else:
            assert log.undone.count(name) <= 1
        # whoever failed in its body takes all around it along, except what is committed at once
        if log.parts[name].breaks == "body":
            parent = log.parents[name]
            while parent is not None:
                assert log.made[parent].is_rolled_back()
                parent = log.parents[parent]


@settings(max_examples=150, deadline=None)
@given(trees())
def test_each_transaction_is_kept_or_undone(tree: Part) -> None:
    log = Log()
    try:
        log.run(tree)
    except RuntimeError:
        pass
    check(log)
    again = [name for name, txn in log.made.items() if txn.is_committed()]
    for name in again:  # what was kept is found, with its value
        with transaction(key=name, store=log.store) as txn:
            assert txn.is_committed()
            record = txn.read()
            assert record is not None
            assert record.result == f"value of {name}"


@settings(max_examples=50, deadline=None)
@given(trees())
def test_the_same_tree_ends_in_the_same_way(tree: Part) -> None:
    def ends() -> dict[str, str]:
        log = Log()
        try:
            log.run(tree)
        except RuntimeError:
            pass
        return {name: str(txn.state) for name, txn in log.made.items()}

    assert ends() == ends()
