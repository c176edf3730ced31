"""The command ``prefect``: global options, then one module for the noun that is asked for."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

from prefect._base import lazy
from prefect._base.version import __version__
from prefect._cli import errors, session
from prefect._cli.table import BY_WORD, NOUNS, Noun

command: Any = lazy.module("prefect._cli.command")
current: Any = lazy.module("prefect.settings.current")
profiles: Any = lazy.module("prefect.settings.profiles")
completion: Any = lazy.module("prefect._cli.completion")
render: Any = lazy.module("prefect._cli.render")

_COMPLETING = frozenset({"--complete", "--install-completion", "--show-completion"})
# spellings that a long option has beside its own, wherever it occurs
_SHORTHANDS = {"-jv": "--job-variable", "-cl": "--concurrency-limit"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command line; its exit code."""
    try:
        _dispatch(list(arguments))
        sys.stdout.flush()
    except BrokenPipeError:
        # whoever reads our output has seen enough; keep the interpreter from complaining at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return errors.FAILED
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  the border of the process
        return errors.report(error)
    return 0


def _dispatch(words: list[str]) -> None:
    session.prompt = None
    words = _leading_options(words)
    if not words or words[0] in {"--help", "-h"}:
        _print_help()
        return
    if words[0] in {"--version", "-v"}:
        render.line(__version__)
        return
    if words[0] in _COMPLETING:
        _complete(words[0], words[1:])
        return
    noun = BY_WORD.get(words[0])
    if noun is None:
        if words[0].startswith("-"):
            raise errors.UsageError(
                f"prefect has no option {words[0]}. 'prefect --help' lists what there is."
            )
        raise command.unknown_command(words[0], BY_WORD, "prefect")
    app = load(noun)
    app.run(_trailing_options(words[1:]), f"prefect {noun.name}")


def _complete(option: str, rest: list[str]) -> None:
    if option == "--complete":
        for word in completion.words(rest):
            render.line(word)
    elif option == "--show-completion":
        completion.show(rest[0] if rest else None)
    else:
        completion.install(rest[0] if rest else None)


def load(noun: Noun) -> Any:
    """The `Group` or `Command` of a noun."""
    return importlib.import_module(f"prefect._cli.{noun.module}").app


def _leading_options(words: list[str]) -> list[str]:
    while words:
        word = words[0]
        if word in {"--profile", "-p"}:
            if len(words) < 2:
                raise errors.UsageError(f"{word} needs the name of a profile.")
            _use_profile(words[1])
            words = words[2:]
        elif word.startswith("--profile="):
            _use_profile(word.partition("=")[2])
            words = words[1:]
        elif word in {"--prompt", "--no-prompt"}:
            session.prompt = word == "--prompt"
            words = words[1:]
        else:
            break
    return words


def _trailing_options(words: list[str]) -> list[str]:
    """Take out the global options that stand after the command; what follows a lone ``--`` is left alone."""
    kept: list[str] = []
    while words:
        word = words.pop(0)
        if word == "--":
            return [*kept, word, *words]
        if word in {"--prompt", "--no-prompt"}:
            session.prompt = word == "--prompt"
        elif word == "--profile" and words:
            _use_profile(words.pop(0))
        elif word.startswith("--profile="):
            _use_profile(word.partition("=")[2])
        else:
            kept.append(_SHORTHANDS.get(word, word))
    return kept


def _use_profile(name: str) -> None:
    """Let the profile hold for this process and those that it starts."""
    if name not in profiles.load_profiles():
        raise errors.CommandError(f"Unknown profile '{name}'. 'prefect profile ls' lists those that exist.")
    os.environ["PREFECT_PROFILE"] = name
    current.forget()


def _print_help() -> None:
    render.line("Usage: prefect COMMAND [OPTIONS]\n\nRun and look after workflows.\n\nCommands:")
    rows = [
        (f"{noun.name} ({', '.join(noun.aliases)})" if noun.aliases else noun.name, noun.help)
        for noun in sorted(NOUNS)
    ]
    command.print_list(rows)
    render.line("\nOptions:")
    command.print_list(
        [
            ("--profile, -p NAME", "Use the settings of this profile."),
            ("--prompt, --no-prompt", "Ask questions, or never."),
            ("--version, -v", "Print the version."),
            ("--install-completion", "Let the shell complete commands: bash, zsh or fish."),
            ("--show-completion", "Print the script that does."),
            ("--help", "Show this; also after every command."),
        ]
    )


if __name__ == "__main__":
    main()
