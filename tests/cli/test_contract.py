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
LEAVES = [
    words
    for words in FACTS
    if not any(other.startswith(words + " ") for other in FACTS) or words == "prefect deploy"
]

# what is left out, and why; whoever adds one takes it out of here
DEVELOPERS = "For developers of the original: it works on the original's own sources; here there is `make`."
ABSENT: dict[str, str] = {
    "prefect dev api": DEVELOPERS,
    "prefect dev build-docs": DEVELOPERS,
    "prefect dev build-image": DEVELOPERS,
    "prefect dev build-ui": DEVELOPERS,
    "prefect dev container": DEVELOPERS,
    "prefect dev start": DEVELOPERS,
    "prefect dev ui": DEVELOPERS,
}
# options that do more than they have to
WIDER = {
    ("prefect deploy", "enforce_parameter_schema"): "if neither is given, the file decides",
    ("prefect events emit", "resource"): "several labels instead of one",
}


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
# a command that has one of its own, by another name
OURS["prefect deploy init"] = main.load(BY_WORD["init"])


@pytest.mark.parametrize("words", LEAVES)
def test_every_command_is_there(words: str) -> None:
    assert (words in OURS) != (words in ABSENT)


def test_all_are_known() -> None:
    assert len(LEAVES) == 156
    assert set(ABSENT) <= set(LEAVES)


def test_nouns_have_the_other_spellings() -> None:
    spellings = {
        words.split()[1]: set(fact.get("aliases", ()))
        for words, fact in FACTS.items()
        if len(words.split()) == 2 and words.split()[1] in BY_WORD
    }
    assert {noun.name: set(noun.aliases) for noun in NOUNS if noun.name in spellings} == spellings


@pytest.mark.parametrize("words", sorted(set(OURS) & set(FACTS)))
def test_options_of_a_command(words: str) -> None:
    facts = {fact["name"].strip("_"): fact for fact in FACTS[words].get("params", ())}
    ours = {parameter.name.strip("_"): parameter for parameter in parsing.parameters(OURS[words])}
    spellings = {tuple(sorted(fact["flags"])) for fact in facts.values()}
    assert {tuple(sorted(parameter.names)) for parameter in ours.values()} == spellings
    by_flag = {fact["flags"][0]: fact for fact in facts.values()}
    for parameter in ours.values():
        if (words, parameter.name) in WIDER:
            continue
        fact = next(fact for flag, fact in by_flag.items() if flag in parameter.names)
        assert parameter.by_position == fact.get("positional_or_option", False)
        assert parameter.required == fact.get("required", False)
        assert parameter.many == _is_many(fact)
        assert sorted(parameter.off) == sorted(fact.get("negative_flags", ()))
        assert parameter.empty == fact.get("empty_list_flag")
        assert parameter.by_position or parameter.hidden == fact.get("hidden", False)
        assert _kind(parameter) == _kind_of(fact)
        if fact.get("default") is not None:
            assert str(parameter.default) == str(fact["default"])


def _is_many(fact: dict[str, Any]) -> bool:
    return fact.get("multiple", False) or "list[" in fact["type"]


def _kind(parameter: parsing.Parameter) -> str:
    kind = parameter.kind
    return kind.__name__ if isinstance(kind, type) else "str"


def _kind_of(fact: dict[str, Any]) -> str:
    kind = fact["type"]
    for wrapping in ("Optional[", "list[", "]", " | None"):
        kind = kind.replace(wrapping, "")
    return "str" if kind == "InstallPolicy" else kind


@pytest.mark.parametrize("words", sorted(OURS))
def test_help_is_there_for_every_command_and_option(words: str) -> None:
    command = OURS[words]
    assert command.help.endswith(".")
    for parameter in parsing.parameters(command):
        assert parameter.help or parameter.hidden, parameter.name
