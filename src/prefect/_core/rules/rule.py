"""What a rule is: a check, the transitions it applies to, and the facts it looks at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from prefect._base.state import StateType, StateValue
from prefect._core.decision import Verdict
from prefect._core.facts import Facts, Run
from prefect._core.transitions import ANY, TYPES

Check: TypeAlias = Callable[[Run, StateValue | None, StateValue, Facts], Verdict]


@dataclass(frozen=True, slots=True)
class Rule:
    """`check(run, current, proposed, facts)` is asked when a run goes from a type in `source` to one in
    `target`."""

    check: Check
    source: frozenset[StateType | None] = ANY
    target: frozenset[StateType] = TYPES
    needs: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return self.check.__name__

    def applies(self, source: StateType | None, target: StateType) -> bool:
        return source in self.source and target in self.target


def types(*members: StateType) -> frozenset[StateType]:
    return frozenset(members)


def sources(*members: StateType | None) -> frozenset[StateType | None]:
    return frozenset(members)
