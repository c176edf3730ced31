"""How a function becomes a command.

::

    app = Group("variable", "Keep small values that flows read.")

    @app.command("set")
    def set_(name: str, value: str, *, tag: list[str] | None = None, overwrite: bool = False) -> None:
        \"\"\"Set a variable.\"\"\"

Parameters before the star may be given by position or as ``--name``; those after it only as options. A bool
is ``--overwrite/--no-overwrite``; a list may be repeated, and ``--empty-tag`` passes an empty one. Other
spellings and a help text go into ``Annotated[int, Flag("--limit", "-l", help="How many.")]``. The function's
docstring is the help. Nothing here imports the parser: that happens when a command is called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, TypeVar

from prefect._base import lazy
from prefect._cli import errors, render

difflib: Any = lazy.module("difflib")
parsing: Any = lazy.module("prefect._cli.parsing")

F = TypeVar("F", bound=Callable[..., Any])


class Flag:
    """How an option is spelled.

    `off` are the spellings that switch a bool off; () means that there are none. `hint` says where a value
    of the right kind is found. A list without `empty` has no spelling for an empty one.
    """

    __slots__ = ("names", "help", "off", "hidden", "hint", "empty")

    def __init__(
        self,
        *names: str,
        help: str = "",
        off: Sequence[str] | None = None,
        hidden: bool = False,
        hint: str = "",
        empty: bool = True,
    ) -> None:
        self.names = names
        self.help = help
        self.off = off
        self.hidden = hidden
        self.hint = hint
        self.empty = empty


Output = Annotated[str | None, Flag("--output", "-o", help="json: print JSON instead of text.")]


class Command:
    """A command: a function of which the signature says what it takes."""

    __slots__ = ("name", "function", "hidden")

    def __init__(self, name: str, function: Callable[..., Any], hidden: bool = False) -> None:
        self.name = name
        self.function = function
        self.hidden = hidden

    @property
    def help(self) -> str:
        """The first paragraph of the docstring, on one line."""
        return " ".join((self.function.__doc__ or "").strip().partition("\n\n")[0].split())

    def run(self, words: Sequence[str], program: str) -> None:
        """Call the function with what `words` say. Raises `UsageError` when they are not understood."""
        parsing.call(self, words, program)


class Group:
    """Commands that share a noun; groups may hold groups."""

    def __init__(self, name: str, help: str) -> None:
        self.name = name
        self.help = help
        self.members: dict[str, Command | Group] = {}
        self.aliases: dict[str, str] = {}

    def command(self, name: str, *, aliases: Iterable[str] = (), hidden: bool = False) -> Callable[[F], F]:
        """Make a function a command of this group."""

        def _add(function: F) -> F:
            self._add(Command(name, function, hidden), aliases)
            return function

        return _add

    def group(self, name: str, help: str, *, aliases: Iterable[str] = ()) -> Group:
        """A group inside this one."""
        inner = Group(name, help)
        self._add(inner, aliases)
        return inner

    def _add(self, member: Command | Group, aliases: Iterable[str]) -> None:
        if member.name in self.members:
            raise ValueError(f"{self.name} has two commands named {member.name!r}")
        self.members[member.name] = member
        self.aliases.update(dict.fromkeys(aliases, member.name))

    def run(self, words: Sequence[str], program: str) -> None:
        """Find the command that the first word names and run it with the others."""
        if not words or words[0] in {"--help", "-h"}:
            self.print_help(program)
            return
        word = words[0]
        if word.startswith("-"):
            raise errors.UsageError(f"{program} has no option {word}.")
        member = self.members.get(self.aliases.get(word, word))
        if member is None:
            raise unknown_command(word, [*self.members, *self.aliases], program)
        member.run(words[1:], f"{program} {member.name}")

    def print_help(self, program: str) -> None:
        shown = [member for member in self.members.values() if isinstance(member, Group) or not member.hidden]
        render.line(f"Usage: {program} COMMAND [OPTIONS]\n\n{self.help}\n\nCommands:")
        print_list([(member.name, member.help) for member in sorted(shown, key=lambda member: member.name)])


def unknown_command(word: str, known: Iterable[str], program: str) -> errors.UsageError:
    """The error for a word that names no command, with the closest that exists."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    hint = f"Did you mean '{close[0]}'?" if close else f"'{program} --help' lists the commands."
    return errors.UsageError(f"{program} has no command '{word}'. {hint}")


def print_list(rows: Sequence[tuple[str, str]]) -> None:
    """Names with their explanations, the explanations below each other and wrapped to the terminal."""
    indent = max((len(name) for name, _ in rows), default=0) + 4
    room = max(render.width() - indent, 20)
    for name, text in rows:
        lines = _wrapped(text, room)
        render.line(f"  {name.ljust(indent - 2)}{lines[0]}".rstrip())
        for more in lines[1:]:
            render.line(" " * indent + more)


def _wrapped(text: str, room: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
