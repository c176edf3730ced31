"""Write ``docs/reference`` from signatures, docstrings, tables; ``--check`` says whether it is current.

The text is made from what stands in the source (annotations as they are written), so that every version of
Python writes the same.
"""

from __future__ import annotations

import contextlib
import enum
import importlib
import inspect
import io
import os
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

os.environ["COLUMNS"] = "100"

from prefect._api.routes import all_operations
from prefect._cli import main as command_line
from prefect._cli.command import Command, Group
from prefect._cli.table import NOUNS
from prefect._wire.operation import Operation
from prefect.settings.catalog import ENTRIES, Entry

DOCS = Path(__file__).parents[1] / "docs/reference"
MEANINGS = Path(__file__).parent / "settings.txt"
MADE = "<!-- Made by tools/make_reference.py: change the source and run it again. -->"

# page -> its title, and the modules whose public names it lists
PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "flows-and-tasks": ("Flows and tasks", ("flows", "tasks", "utilities.annotations", "cache_policies")),
    "running": (
        "What runs",
        ("futures", "task_runners", "flow_runs", "states", "context", "runtime", "logging", "plugins"),
    ),
    "results": (
        "Results",
        ("results", "serializers", "transactions", "locking.memory", "locking.filesystem"),
    ),
    "keeping": ("What runs leave", ("artifacts", "assets", "variables", "input")),
    "blocks": (
        "Blocks",
        (
            "blocks.core",
            "blocks.system",
            "blocks.notifications",
            "blocks.webhook",
            "blocks.redis",
            "filesystems",
        ),
    ),
    "limits-and-events": (
        "Limits, events, automations",
        ("concurrency.sync", "concurrency.asyncio", "events", "automations"),
    ),
    "deploying": (
        "Deploying",
        ("schedules", "deployments.runner", "runner", "workers.base", "workers.process"),
    ),
    "client": ("The client", ("client.orchestration",)),
    "settings-in-programs": ("Settings in programs, and help for tests", ("settings", "testing.utilities")),
    "exceptions": ("Exceptions", ("exceptions",)),
}
# names that a module has from elsewhere
NAMES = {
    "client.orchestration": ["get_client", "PrefectClient"],
    "blocks.core": [
        "Block",
        "BlockNotSavedError",
        "InvalidBlockRegistration",
        "SecretDict",
        "UnknownBlockType",
    ],
    "filesystems": ["LocalFileSystem", "RemoteFileSystem", "ReadableFileSystem", "SMB", "WritableFileSystem"],
    "workers.base": ["BaseJobConfiguration", "BaseVariables", "BaseWorker", "BaseWorkerResult"],
    "workers.process": [
        "ProcessJobConfiguration",
        "ProcessVariables",
        "ProcessWorker",
        "ProcessWorkerResult",
    ],
    "automations": ["Automation"],
}
# of these classes everybody knows what is inherited
PLAIN_BASES = (object, Exception, BaseException, dict, str, tuple, enum.Enum)


def python_page(title: str, modules: Iterable[str]) -> str:
    parts = [f"# {title}", MADE]
    for name in modules:
        module = importlib.import_module(f"prefect.{name}")
        parts.append(f"## `prefect.{name}`")
        if text := prose(module.__doc__):
            parts.append(text)
        names = public_names(module)
        for public in names:
            if twin_of(public, names) is None:
                parts.extend(described(public, getattr(module, public), also(public, names)))
    return "\n\n".join(parts) + "\n"


def public_names(module: Any) -> list[str]:
    """The names of a module that are meant for users: its `__all__`, or what it defines."""
    listed = NAMES.get(module.__name__.removeprefix("prefect."), getattr(module, "__all__", None))
    if listed is not None:
        return sorted(listed, key=str.lower)
    own = [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and getattr(value, "__module__", None) == module.__name__
        and (inspect.isclass(value) or inspect.isfunction(value))
    ]
    return sorted(own, key=str.lower)


def twin_of(name: str, names: Iterable[str]) -> str | None:
    """The blocking name of which `name` is the async twin: `save` for `asave`."""
    return name[1:] if name.startswith("a") and name[1:] in names else None


def also(name: str, names: Iterable[str]) -> str:
    return f", `a{name}` for async code" if f"a{name}" in names else ""


def described(name: str, value: Any, more: str = "") -> Iterator[str]:
    if inspect.isclass(value):
        yield from class_described(name, value)
    elif inspect.isfunction(value) or (callable(value) and inspect.isfunction(inspect.unwrap(value))):
        yield from function_described(f"### `{name}`{more}", name, value)
    elif not inspect.ismodule(value) and type(value).__module__.startswith("prefect"):
        yield f"### `{name}`"
        yield f"{article(type(value).__name__)}"


def article(word: str) -> str:
    return f"A{'n' if word[0] in 'AEIOU' else ''} `{word}`."


def class_described(name: str, value: type) -> Iterator[str]:
    bases = [
        f"`{base.__name__}`"
        for base in value.__bases__
        if base not in PLAIN_BASES and base.__name__ != "Generic" and not base.__module__.startswith(INSIDE)
    ]
    yield f"### `{name}`" + (f" ({', '.join(bases)})" if bases else "")
    text = value.__dict__.get("__doc__")
    if text and not text.startswith(f"{value.__name__}("):
        yield prose(text)
    if issubclass(value, enum.Enum):
        yield "\n".join(f"- `{member}`" for member in value.__members__)
        return
    fields = fields_of(value)
    if fields:
        yield "\n".join(fields)
    elif "__init__" in value.__dict__ and not issubclass(value, BaseException):
        yield signature_of(name, value.__init__, skip_first=True)
    members = members_of(value)
    for member, found in sorted(members.items()):
        if not member.startswith(("_", "model_", "validate_")) and twin_of(member, members) is None:
            yield from member_described(name, member, found, also(member, members))


# where bases without a public name stand, of which the methods belong to the class itself
INSIDE = ("prefect.client.orchestration._async", "prefect._code.deployable", "prefect._link.subscriber")


def members_of(value: type) -> dict[str, Any]:
    """What a class defines, together with its bases that have no public name."""
    found: dict[str, Any] = {}
    for base in reversed(value.__mro__):
        if base is value or base.__module__.startswith(INSIDE):
            found.update(vars(base))
    return found


def member_described(owner: str, member: str, found: Any, more: str) -> Iterator[str]:
    function = found.__func__ if isinstance(found, (classmethod, staticmethod)) else found
    head = f"#### `{owner}.{member}`{more}"
    if isinstance(function, property):
        if function.fget is not None and (text := prose(function.fget.__doc__)):
            yield head
            yield text
    elif inspect.isfunction(function):
        if function.__qualname__.startswith("<") or not function.__doc__:
            return
        skip = not isinstance(found, staticmethod)
        yield from function_described(head, member, function, skip_first=skip)


def function_described(head: str, name: str, function: Any, skip_first: bool = False) -> Iterator[str]:
    yield head
    yield signature_of(name, function, skip_first)
    if text := prose(function.__doc__):
        yield text


def fields_of(value: type) -> list[str]:
    """The fields of a model, with the types as they are written."""
    declared = getattr(value, "model_fields", None)
    if not isinstance(declared, dict):
        return []
    written = inspect.get_annotations(value)
    lines = []
    for name, field in declared.items():
        if name not in written or name.startswith("_"):
            continue
        kind = written[name] if isinstance(written[name], str) else text_of(written[name])
        meaning = f": {' '.join(field.description.split())}" if field.description else ""
        lines.append(f"- `{name}` (`{short(kind)}`){meaning}")
    return lines


def signature_of(name: str, function: Any, skip_first: bool = False) -> str:
    """A block with the call, one parameter a line where it is long."""
    found = inspect.signature(function)
    given = list(found.parameters.values())[1 if skip_first else 0 :]
    pieces: list[str] = []
    starred = False
    for index, each in enumerate(given):
        if each.kind is each.KEYWORD_ONLY and not starred:
            pieces.append("*")
            starred = True
        starred = starred or each.kind is each.VAR_POSITIONAL
        pieces.append(parameter(each))
        after = given[index + 1].kind if index + 1 < len(given) else None
        if each.kind is each.POSITIONAL_ONLY and after is not each.POSITIONAL_ONLY:
            pieces.append("/")
    ends = "" if found.return_annotation is found.empty else f" -> {text_of(found.return_annotation)}"
    if name == "__init__":
        ends = ""
    word = "async " if inspect.iscoroutinefunction(function) else ""
    line = f"{word}{name}({', '.join(pieces)}){ends}"
    if len(line) > 100:
        line = f"{word}{name}(\n" + "".join(f"    {piece},\n" for piece in pieces) + f"){ends}"
    return f"```text\n{line}\n```"


def parameter(each: inspect.Parameter) -> str:
    stars = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
    text = stars + each.name
    annotated = each.annotation is not each.empty
    if annotated:
        text += f": {text_of(each.annotation)}"
    if each.default is not each.empty:
        text += f" = {default_of(each.default)}" if annotated else f"={default_of(each.default)}"
    return text


def text_of(annotation: Any) -> str:
    if isinstance(annotation, str):
        return short(annotation.strip("'\""))
    if isinstance(annotation, type) and not hasattr(annotation, "__args__"):
        return annotation.__name__
    return short(str(annotation))


def short(text: str) -> str:
    """A type without the modules that its names come from."""
    return re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Za-z])", "", " ".join(text.split()))


def default_of(value: Any) -> str:
    if callable(value) and hasattr(value, "__name__"):
        return value.__name__
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    text = repr(value)
    return "..." if " at 0x" in text or text.startswith("<") or isinstance(value, Path) else text


def prose(text: str | None) -> str:
    """A docstring as Markdown: parameters as a list, examples as blocks."""
    if not text:
        return ""
    text = inspect.cleandoc(text).replace("``", "`")
    text = re.sub(r":(?:class|func|meth|mod):`~?([^`]+)`", r"`\1`", text)
    out: list[str] = []
    for part in re.split(r"\n\s*\n", text):
        if part.lstrip().startswith(">>>"):
            out.append(f"```text\n{textwrap.dedent(part)}\n```")
        elif part.startswith("    "):
            out.append(part if out and out[-1].startswith("- ") else f"```text\n{textwrap.dedent(part)}\n```")
        else:
            part = re.sub(r"^:param (\S+):", r"- `\1`:", part, flags=re.MULTILINE)
            part = re.sub(r"^:(returns?|raises|return)( [^:]*)?:", r"- *\1*\2:", part, flags=re.MULTILINE)
            out.append(re.sub(r"::$", ":", part))
    return "\n\n".join(piece for piece in out if piece.strip() not in {"", ":"})


def command_page() -> str:
    parts = ["# Commands", MADE, "Every command explains itself with `--help`; this is what they say."]
    for noun in NOUNS:
        app = command_line.load(noun)
        parts.append(f"## `prefect {noun.name}`")
        also = f" Also: `{'`, `'.join(noun.aliases)}`." if noun.aliases else ""
        parts.append(noun.help + also)
        parts.extend(commands(app, [noun.name]))
    return "\n\n".join(parts) + "\n"


def commands(app: Command | Group, words: list[str]) -> Iterator[str]:
    if isinstance(app, Group):
        for name, member in sorted(app.members.items()):
            if isinstance(member, Group) or not member.hidden:
                yield from commands(member, [*words, name])
        return
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        command_line.run([*words, "--help"])
    yield f"### `prefect {' '.join(words)}`" if len(words) > 1 else "### How it is called"
    yield f"```text\n{shown.getvalue().rstrip()}\n```"


def settings_page() -> str:
    meanings = dict(line.split(": ", 1) for line in MEANINGS.read_text().splitlines() if line)
    missing = [path for path in ENTRIES if path not in meanings]
    extra = [path for path in meanings if path not in ENTRIES]
    if missing or extra:
        raise SystemExit(f"{MEANINGS.name} lacks {missing} and has {extra} in excess")
    parts = [
        "# Settings",
        MADE,
        "Where they can be set: see [settings](../how-to/settings.md). Durations are in seconds.",
    ]
    group = None
    for path, entry in ENTRIES.items():
        here = path.rpartition(".")[0]
        if here != group:
            group = here
            parts.append(f"## `{group}`" if group else "## Without a group")
            parts.append("| Setting | Kind | Default | What it does |\n|---|---|---|---|")
        parts[-1] += "\n" + setting_row(entry, meanings[path])
    return "\n\n".join(parts) + "\n"


def setting_row(entry: Entry, meaning: str) -> str:
    default = "" if entry.default in (None, (), {}) else f"`{entry.default}`"
    kind = entry.kind
    if entry.limits:
        kind += f", {entry.limits}" if kind.rstrip("?") != "choice" else f": {entry.limits}"
    older = f" Also `PREFECT_{entry.alias}`." if entry.alias else ""
    return f"| `{entry.env}` | {kind} | {default} | {meaning}{older} |"


def rest_page() -> str:
    parts = [
        "# The HTTP API",
        MADE,
        "Paths are below `/api`. A running server describes every body and answer at `/docs`, as OpenAPI.",
    ]
    groups: dict[str, list[Operation]] = {}
    for each in all_operations():
        groups.setdefault(each.name.partition(".")[0], []).append(each)
    for name in sorted(groups):
        parts.append(f"## {name.replace('_', ' ').capitalize()}")
        rows = [
            f"| `{each.method}` | `{each.path}` | {each.summary} |"
            for each in sorted(groups[name], key=lambda each: (each.path, each.method))
        ]
        parts.append("\n".join(["| | Path | |", "|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def index_page(titles: dict[str, str]) -> str:
    lines = [f"- [{title}]({name}.md)" for name, title in titles.items()]
    return "\n\n".join(["# Reference", MADE, "\n".join(lines)]) + "\n"


def wanted() -> dict[str, str]:
    """The text of each page."""
    tables: dict[str, tuple[str, Callable[[], str]]] = {
        "commands": ("Commands", command_page),
        "settings": ("Settings", settings_page),
        "rest": ("The HTTP API", rest_page),
    }
    found = {name: python_page(title, modules) for name, (title, modules) in PAGES.items()}
    found |= {name: make() for name, (_, make) in tables.items()}
    titles = {name: title for name, (title, _) in PAGES.items()}
    titles |= {name: title for name, (title, _) in tables.items()}
    return {f"{name}.md": text for name, text in (found | {"index": index_page(titles)}).items()}


def main() -> int:
    pages = wanted()
    there = {path.name: path.read_text() for path in DOCS.glob("*.md")}
    if pages == there:
        return 0
    if "--check" in sys.argv:
        stale = sorted(name for name in {*pages, *there} if pages.get(name) != there.get(name))
        print(f"Not current: {', '.join(stale)}. Run tools/make_reference.py.", file=sys.stderr)
        return 1
    DOCS.mkdir(exist_ok=True)
    for name in there.keys() - pages.keys():
        (DOCS / name).unlink()
    for name, text in pages.items():
        (DOCS / name).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
