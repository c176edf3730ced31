"""Commands, options and spellings are those that scripts rely on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prefect._cli import main, parsing
from prefect._cli.command import Command, Group
from prefect._cli.table import BY_WORD, NOUNS

FACTS: dict[str, dict[str, Any]] = {
    fact["command"]: fact for fact in json.loads((Path(__file__).parent / "contract.json").read_text())
}


# commands that wait for parts of the house that are not built yet; whoever adds one takes it out of here
AWAITED = {
    "prefect deployment": "delete run schedule",
    "prefect flow": "serve",
    "prefect flow-run": "execute",
}


def _is_awaited(words: str) -> bool:
    program, noun, member, *_ = [*words.split(), "", ""]
    return member in AWAITED.get(f"{program} {noun}", "").split()


def _commands(app: Command | Group, words: str) -> Iterator[tuple[str, Command]]:
    if isinstance(app, Command):
        yield words, app
        return
    for name, member in app.members.items():
        for spelling in [name, *(alias for alias, meant in app.aliases.items() if meant == name)]:
            yield from _commands(member, f"{words} {spelling}")


OURS = {
    words: command for noun in NOUNS for words, command in _commands(main.load(noun), f"prefect {noun.name}")
}


@pytest.mark.parametrize("noun", sorted(noun.name for noun in NOUNS))
def test_every_command_of_a_noun_is_there(noun: str) -> None:
    fact = FACTS[f"prefect {noun}"]
    assert set(BY_WORD[noun].aliases) == set(fact.get("aliases", ()))
    inside = [words for words in FACTS if words.startswith(f"prefect {noun} ")]
    leaves = [words for words in inside if not any(other.startswith(words + " ") for other in inside)]
    here = {words for words in leaves or [f"prefect {noun}"] if not _is_awaited(words)}
    assert here <= set(OURS)


def test_what_is_awaited_is_not_there() -> None:
    assert [words for words in OURS if _is_awaited(words)] == []


@pytest.mark.parametrize("words", sorted(set(OURS) & set(FACTS)))
def test_options_of_a_command(words: str) -> None:
    facts = {fact["name"].strip("_"): fact for fact in FACTS[words].get("params", ())}
    ours = {parameter.name.strip("_"): parameter for parameter in parsing.parameters(OURS[words])}
    spellings = {tuple(sorted(fact["flags"])) for fact in facts.values()}
    assert {tuple(sorted(parameter.names)) for parameter in ours.values()} == spellings
    by_flag = {fact["flags"][0]: fact for fact in facts.values()}
    for parameter in ours.values():
        fact = next(fact for flag, fact in by_flag.items() if flag in parameter.names)
        assert parameter.by_position == fact.get("positional_or_option", False)
        assert parameter.required == fact.get("required", False)
        assert parameter.many == fact.get("multiple", False)
        assert sorted(parameter.off) == sorted(fact.get("negative_flags", ()))
        assert parameter.empty == fact.get("empty_list_flag")
        if fact.get("default") is not None:
            assert parameter.default == fact["default"]
