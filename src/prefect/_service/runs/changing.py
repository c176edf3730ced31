"""Statements that set only the columns that change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from prefect._store.sql import Statement


class Changing:
    """A statement with the place ``{changes}``, filled with settings of columns by calling it.

    The names of the columns are the code's own, never a client's. Few combinations of columns occur, so each
    is made once and stays prepared.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._made: dict[tuple[str, ...], Statement] = {}

    def __call__(self, columns: Iterable[str]) -> Statement:
        names = tuple(columns)
        made = self._made.get(names)
        if made is None:
            sets = "".join(f", {name} = :{name}" for name in names)
            text = self._statement.text.replace("{changes}", sets)
            made = self._made[names] = replace(self._statement, text=text)
        return made
