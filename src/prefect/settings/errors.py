"""What is said when a setting cannot be used: its name, the value, its place, and what would be right."""

from __future__ import annotations

from typing import NamedTuple

from prefect.exceptions import ConfigurationError

MASK = "********"


class Problem(NamedTuple):
    """One thing that is wrong with the settings.

    `name` is the spelling that the source uses, `value` what was found there (already masked when it is a
    secret), `where` the place in words (``environment``, or a file with its line), `expected` what would be
    right.
    """

    name: str
    value: str
    where: str
    expected: str

    def __str__(self) -> str:
        return f"{self.name}={self.value} ({self.where}): expected {self.expected}."


class InvalidSettings(ConfigurationError, ValueError):
    """The settings cannot be used."""

    def __init__(self, problems: list[Problem] | str) -> None:
        if isinstance(problems, str):
            super().__init__(problems)
            self.problems: list[Problem] = []
            return
        self.problems = problems
        many = "" if len(problems) == 1 else f"{len(problems)} settings are not valid.\n"
        super().__init__(many + "\n".join(str(problem) for problem in problems))
