"""Completion by the shell: the scripts for bash, zsh and fish, and the words that could come next."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from prefect._base import lazy
from prefect._cli import render
from prefect._cli.command import Command, Group
from prefect._cli.errors import CommandError
from prefect._cli.table import BY_WORD, NOUNS

importlib: Any = lazy.module("importlib")
parsing: Any = lazy.module("prefect._cli.parsing")
profiles: Any = lazy.module("prefect.settings.profiles")

# the first word with which the scripts ask
ASK = "--complete"
GLOBAL = ("--profile", "--prompt", "--no-prompt", "--version", "--help")

_BASH = f"""\
_prefect_complete() {{
    local IFS=$'\\n'
    COMPREPLY=($(prefect {ASK} "${{COMP_WORDS[@]:1:COMP_CWORD}}" 2>/dev/null))
}}
complete -o default -F _prefect_complete prefect
"""
_ZSH = f"""\
#compdef prefect
_prefect_complete() {{
    local -a found
    found=("${{(@f)$(prefect {ASK} "${{(@)words[2,CURRENT]}}" 2>/dev/null)}}")
    if [[ -n "$found" ]]; then
        compadd -- $found
    else
        _files
    fi
}}
compdef _prefect_complete prefect
"""
_FISH = f"""\
function __prefect_complete
    set -l words (commandline -opc) (commandline -ct)
    prefect {ASK} $words[2..-1] 2>/dev/null
end
complete -c prefect -a "(__prefect_complete)"
"""
SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


def show(shell: str | None) -> None:
    """Print the script of a shell; of the one in use, if none is named."""
    print(SCRIPTS[_shell(shell)], end="")


def install(shell: str | None) -> None:
    """Put the script where the shell reads it. Doing so again changes nothing."""
    name = _shell(shell)
    if name == "fish":
        config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        file = config / "fish" / "completions" / "prefect.fish"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(SCRIPTS[name], encoding="utf-8")
    else:
        script = Path.home() / ".prefect" / f"completion.{name}"
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(SCRIPTS[name], encoding="utf-8")
        file = (
            Path(os.environ.get("ZDOTDIR") or Path.home()) / ".zshrc"
            if name == "zsh"
            else Path.home() / ".bashrc"
        )
        _mention(file, script, name)
    render.success(f"Completion for {name} is installed in {file}. It works in shells that you open now.")


def _mention(file: Path, script: Path, shell: str) -> None:
    """Let a start-up file of a shell read the script."""
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    line = f'[ -f "{script}" ] && source "{script}"'
    if shell == "zsh":
        line = f"autoload -Uz compinit && compinit\n{line}" if "compinit" not in before else line
    if str(script) not in before:
        file.write_text(
            f"{before.rstrip()}\n\n# completion of the command prefect\n{line}\n".lstrip(), encoding="utf-8"
        )


def _shell(name: str | None) -> str:
    found = name or Path(os.environ.get("SHELL", "")).name
    if found not in SCRIPTS:
        known = ", ".join(SCRIPTS)
        raise CommandError(f"There is completion for {known}, not for '{found}'. Name one of them.")
    return found


# -- what could come next ----------------------------------------------------------------------------


def words(line: Sequence[str]) -> list[str]:
    """What the last word of a command line could be; it may have been begun already."""
    done, begun = [*line[:-1]], line[-1] if line else ""
    try:
        found = _next(done)
    except (ImportError, ValueError):
        return []
    return sorted(word for word in found if word.startswith(begun) and (begun or not word.startswith("-")))


def _next(done: list[str]) -> Iterable[str]:
    while done and done[0].startswith("-"):
        if done[0] in ("--profile", "-p"):
            if len(done) == 1:
                return list(profiles.load_profiles())
            del done[:1]
        del done[:1]
    if not done:
        return [*(noun.name for noun in NOUNS), *GLOBAL]
    noun = BY_WORD.get(done[0])
    if noun is None:
        return ()
    app = importlib.import_module(f"prefect._cli.{noun.module}").app
    return _below(app, done[1:])


def _below(app: Command | Group, done: list[str]) -> Iterable[str]:
    while isinstance(app, Group):
        if not done:
            return [*app.members, "--help"]
        member = app.members.get(app.aliases.get(done[0], done[0]))
        if member is None:
            return ()
        app, done = member, done[1:]
    return _options(app, done)


def _options(command: Command, done: list[str]) -> Iterable[str]:
    known = [parameter for parameter in parsing.parameters(command) if not parameter.hidden]
    if done and done[-1] == "--profile":
        return list(profiles.load_profiles())
    for parameter in known:
        if done and done[-1] in parameter.names and parameter.kind is not bool:
            return _choices(parameter)
    found = [
        name for parameter in known for name in (*parameter.names, *parameter.off) if name.startswith("--")
    ]
    return [*found, "--help"]


def _choices(parameter: Any) -> Iterable[str]:
    if "--output" in parameter.names and parameter.kind is str:
        return ("json",)
    if get_origin(parameter.kind) is Literal:
        return get_args(parameter.kind)
    if isinstance(parameter.kind, type) and issubclass(parameter.kind, Enum):
        return [str(member.value) for member in parameter.kind]
    return ()
