"""From a function's signature to a parser, and from words to a call of the function."""

from __future__ import annotations

import argparse
import inspect
import types
from collections.abc import Coroutine, Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, NoReturn, Union, cast, get_args, get_origin
from uuid import UUID

from prefect._base import lazy
from prefect._cli import errors, render
from prefect._cli.command import Command, Flag, print_list

asyncio: Any = lazy.module("asyncio")
difflib: Any = lazy.module("difflib")


class Parameter(NamedTuple):
    """One parameter of a command's function, as the command line sees it."""

    name: str
    names: tuple[str, ...]  # spellings as an option
    off: tuple[str, ...]  # spellings that switch it off
    empty: str | None  # the spelling that passes an empty list
    kind: Any  # the type of one value
    many: bool
    by_position: bool
    required: bool
    default: Any
    help: str
    hidden: bool
    hint: str

    @property
    def shown(self) -> str:
        return self.name.strip("_").upper()


def parameters(command: Command) -> list[Parameter]:
    """What the command takes, in the order of its function."""
    signature = inspect.signature(command.function, eval_str=True)
    return [_parameter(each) for each in signature.parameters.values()]


def _parameter(each: inspect.Parameter) -> Parameter:
    annotation, flag = each.annotation, Flag()
    if get_origin(annotation) is Annotated:
        annotation, *extra = get_args(annotation)
        flag = next((item for item in extra if isinstance(item, Flag)), flag)
    kind = _without_none(annotation)
    many = get_origin(kind) is list
    if many:
        (kind,) = get_args(kind)
    names = flag.names or ("--" + each.name.strip("_").replace("_", "-"),)
    by_position = each.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    long = [name for name in names if name.startswith("--")]
    off = flag.off
    if off is None:
        off = tuple(f"--no-{name[2:]}" for name in long) if kind is bool else ()
    return Parameter(
        name=each.name,
        names=tuple(names),
        off=tuple(off),
        empty=f"--empty-{long[0][2:]}" if many and flag.empty else None,
        kind=kind,
        many=many,
        by_position=by_position,
        required=each.default is inspect.Parameter.empty,
        default=None if each.default is inspect.Parameter.empty else each.default,
        help=flag.help,
        hidden=flag.hidden,
        hint=flag.hint,
    )


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        others = [arg for arg in get_args(annotation) if arg is not type(None)]
        if len(others) == 1:
            return others[0]
    return annotation


def call(command: Command, words: Sequence[str], program: str) -> None:
    """Parse `words` and call the command's function."""
    known = parameters(command)
    if _asks_for_help(words, known):
        _print_help(command, known, program)
        return
    try:
        arguments = _arguments(known, words)
    except Misunderstood as wrong:
        hint = wrong.hint or f"'{program} --help' says what can be given."
        raise errors.UsageError(f"{wrong} {hint}") from None
    result = command.function(**arguments)
    if inspect.iscoroutine(result):
        asyncio.run(cast("Coroutine[Any, Any, None]", result))


def _asks_for_help(words: Sequence[str], known: Sequence[Parameter]) -> bool:
    own = {name for parameter in known for name in parameter.names}
    before = words[: words.index("--")] if "--" in words else words
    return "--help" in before or ("-h" in before and "-h" not in own)


class Misunderstood(Exception):
    """The words of a command line do not fit the command; `hint` is what to do, if that is known."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Misunderstood(message.removeprefix("argument ").capitalize() + ".")


def _arguments(known: Sequence[Parameter], words: Sequence[str]) -> dict[str, Any]:
    found, alone = _split(known, words)
    _place(known, found, alone)
    arguments: dict[str, Any] = {}
    for parameter in known:
        if _empty_key(parameter) in found:
            arguments[parameter.name] = []
        elif parameter.name in found:
            arguments[parameter.name] = _converted(parameter, found[parameter.name])
        elif parameter.required:
            raise Misunderstood(f"{_called(parameter)} is missing.", parameter.hint)
    return arguments


def _split(known: Sequence[Parameter], words: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    """The options with their raw values, and the words that stand alone."""
    cut = words.index("--") if "--" in words else len(words)
    parser = _Parser(add_help=False, allow_abbrev=False, argument_default=argparse.SUPPRESS)
    for parameter in known:
        _declare(parser, parameter)
    parser.add_argument("standing alone", nargs="*")
    namespace, unknown = parser.parse_known_intermixed_args(words[:cut])
    options = [word for word in unknown if word.startswith("-") and len(word) > 1]
    if options:
        raise _no_such_option(options[0].partition("=")[0], known)
    found = vars(namespace)
    return found, [*found.pop("standing alone", []), *unknown, *words[cut + 1 :]]


def _declare(parser: argparse.ArgumentParser, parameter: Parameter) -> None:
    if parameter.kind is bool and not parameter.many:
        parser.add_argument(*parameter.names, dest=parameter.name, action="store_const", const=True)
        if parameter.off:
            parser.add_argument(*parameter.off, dest=parameter.name, action="store_const", const=False)
        return
    parser.add_argument(*parameter.names, dest=parameter.name, action="append" if parameter.many else "store")
    if parameter.empty is not None:
        parser.add_argument(parameter.empty, dest=_empty_key(parameter), action="store_true")


def _no_such_option(word: str, known: Sequence[Parameter]) -> Misunderstood:
    every = [
        name for parameter in known if not parameter.hidden for name in (*parameter.names, *parameter.off)
    ]
    close = difflib.get_close_matches(word, every, n=1, cutoff=0.6)
    return Misunderstood(f"There is no option {word}." + (f" Did you mean {close[0]}?" if close else ""))


def _empty_key(parameter: Parameter) -> str:
    return f"empty {parameter.name}"


def _called(parameter: Parameter) -> str:
    return parameter.shown if parameter.by_position else parameter.names[0]


def _place(known: Sequence[Parameter], found: dict[str, Any], alone: list[str]) -> None:
    """Give the words that stand alone to the parameters that may be given by position."""
    waiting = list(alone)
    for parameter in known:
        if not parameter.by_position or parameter.name in found or not waiting:
            continue
        if parameter.many:
            found[parameter.name], waiting = waiting, []
        else:
            found[parameter.name] = waiting.pop(0)
    if waiting:
        raise Misunderstood(f"{waiting[0]!r} is one word too many.")


def _converted(parameter: Parameter, raw: Any) -> Any:
    try:
        if parameter.many:
            return [_value(parameter.kind, item, _called(parameter)) for item in raw]
        return _value(parameter.kind, raw, _called(parameter))
    except Misunderstood as wrong:
        wrong.hint = parameter.hint
        raise


_WORDS: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    UUID: "an id (a UUID)",
    bool: "true or false",
}


def _value(kind: Any, raw: Any, spelled: str) -> Any:
    if isinstance(raw, bool):
        return raw
    text = str(raw)
    if get_origin(kind) is Literal:
        return _chosen(text, get_args(kind), spelled)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(_chosen(text, [str(member.value) for member in kind], spelled))
    if kind not in (int, float, UUID):
        return Path(text) if kind is Path else text
    try:
        return kind(text)
    except ValueError:
        raise Misunderstood(f"{spelled} has to be {_WORDS[kind]}, not {text!r}.") from None


def _chosen(raw: str, choices: Sequence[str], spelled: str) -> str:
    if raw not in choices:
        raise Misunderstood(f"{spelled} has to be one of {', '.join(choices)}, not {raw!r}.")
    return raw


def _print_help(command: Command, known: Sequence[Parameter], program: str) -> None:
    visible = [parameter for parameter in known if not parameter.hidden]
    words = [_in_usage(parameter) for parameter in visible if parameter.by_position]
    render.line(" ".join(["Usage:", program, *words, "[OPTIONS]"]))
    render.line(f"\n{inspect.cleandoc(command.function.__doc__ or '')}")
    arguments = [(parameter.shown, _explained(parameter)) for parameter in visible if parameter.by_position]
    if arguments:
        render.line("\nArguments:")
        print_list(arguments)
    options = [
        (_spellings(parameter), _explained(parameter)) for parameter in visible if not parameter.by_position
    ]
    render.line("\nOptions:")
    print_list([*options, ("--help", "Show this and end.")])


def _in_usage(parameter: Parameter) -> str:
    shown = parameter.shown + ("..." if parameter.many else "")
    return shown if parameter.required else f"[{shown}]"


def _spellings(parameter: Parameter) -> str:
    names = ", ".join((*parameter.names, *parameter.off))
    if parameter.kind is bool:
        return names
    if get_origin(parameter.kind) is Literal:
        return f"{names} {'|'.join(get_args(parameter.kind))}"
    shown: Any = {int: "NUMBER", float: "NUMBER", UUID: "ID", Path: "PATH"}.get(parameter.kind, "TEXT")
    return f"{names} {shown}"


def _explained(parameter: Parameter) -> str:
    parts = [parameter.help] if parameter.help else []
    if parameter.many:
        parts.append("May be repeated.")
    if parameter.required and not parameter.by_position:
        parts.append("Required.")
    elif parameter.kind is not bool and parameter.default not in (None, [], ""):
        parts.append(f"Default: {parameter.default}.")
    return " ".join(parts)
