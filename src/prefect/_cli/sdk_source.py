"""The text of the module that `prefect sdk generate` writes."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from prefect._cli.sdk_annotations import annotation

Json = Mapping[str, Any]

HEAD = '''\
"""Deployments that are run like functions, with the types of their parameters.

Written by `prefect sdk generate` at {at}, Prefect {version}{source}.
Changes are lost when it is written anew, which is due when deployments change.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypedDict, cast, overload

if TYPE_CHECKING:
    from typing_extensions import Self

    from prefect.client.schemas.objects import FlowRun
    from prefect.futures import PrefectFlowRunFuture

__all__ = ["DeploymentName", "deployments"]

'''
BASE = '''

class _Deployment:
    """What all deployments have; `with_options` and `with_infra` return changed copies."""

    _name = ""

    def __init__(self, **options: Any) -> None:
        self._options = options

    def with_options(
        self,
        *,
        tags: Iterable[str] | None = None,
        idempotency_key: str | None = None,
        work_queue_name: str | None = None,
        as_subflow: bool | None = None,
        scheduled_time: datetime | None = None,
        flow_run_name: str | None = None,
    ) -> Self:
        """The same deployment; its runs are asked for with these options. What is None stays as it was."""
        given = {
            "tags": tags,
            "idempotency_key": idempotency_key,
            "work_queue_name": work_queue_name,
            "as_subflow": as_subflow,
            "scheduled_time": scheduled_time,
            "flow_run_name": flow_run_name,
        }
        return self._with({key: value for key, value in given.items() if value is not None})

    def _with(self, changes: dict[str, Any]) -> Self:
        return type(self)(**{**self._options, **changes})

    def _with_variables(self, given: dict[str, Any]) -> Self:
        was: dict[str, Any] = self._options.get("job_variables") or {}
        changes = {key: value for key, value in given.items() if value is not None}
        return self._with({"job_variables": {**was, **changes}})

    def _run(self, parameters: dict[str, Any]) -> PrefectFlowRunFuture[Any]:
        from prefect.deployments import run_deployment
        from prefect.futures import PrefectFlowRunFuture

        asked: Any = run_deployment  # which is a coroutine in async code, unless it is told otherwise
        run = asked(self._name, parameters=parameters, timeout=0, _sync=True, **self._options)
        return PrefectFlowRunFuture(flow_run_id=cast("FlowRun", run).id)

    async def _run_async(self, parameters: dict[str, Any]) -> PrefectFlowRunFuture[Any]:
        from prefect.deployments import arun_deployment
        from prefect.futures import PrefectFlowRunFuture

        run = await arun_deployment(self._name, parameters=parameters, timeout=0, **self._options)
        return PrefectFlowRunFuture(flow_run_id=run.id)


def _changed(given: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """What differs from the defaults; the server knows those."""
    return {key: value for key, value in given.items() if key not in defaults or value != defaults[key]}
'''


class About(NamedTuple):
    """What the head of the module tells."""

    at: str
    version: str
    api_url: str | None
    module: str


@dataclass(frozen=True)
class Deployment:
    """A deployment, as far as running it goes."""

    flow: str
    own_name: str
    description: str | None
    pool: str | None
    schema: Json
    defaults: Json

    @property
    def name(self) -> str:
        return f"{self.flow}/{self.own_name}"


class Argument(NamedTuple):
    """An argument of a generated method: `key` is how the API calls it."""

    key: str
    word: str
    kind: str
    default: Any
    is_required: bool
    help: str


def module(deployments: Sequence[Deployment], pools: Mapping[str, Json], about: About) -> str:
    """The whole text."""
    taken: set[str] = set()
    classes = {each.name: _class_name(each.name, taken) for each in deployments}
    origin = f", from {about.api_url}" if about.api_url else ""
    parts = [
        HEAD.format(at=about.at, version=about.version, source=origin),
        _names(deployments),
        *(_variables(name, schema, taken) for name, schema in pools.items()),
        BASE,
        *(_class(each, classes[each.name], pools.get(each.pool or "", {})) for each in deployments),
        _access(classes, about.module),
    ]
    return "".join(parts)


def _names(deployments: Sequence[Deployment]) -> str:
    lines = "".join(f"    {each.name!r},\n" for each in deployments)
    return f"DeploymentName = Literal[\n{lines}]\n"


def _variables(pool: str, schema: Json, taken: set[str]) -> str:
    """A dictionary type for the job variables of a pool."""
    name = _class_name(f"{pool} job variables", taken, prefix="")
    keys = ", ".join(f"{each.key!r}: {each.kind!r}" for each in arguments(schema, {}))
    text = _quoted(f"Job variables of the work pool {pool}.")
    return f'\n{name} = TypedDict("{name}", {{{keys}}}, total=False)\n"""{text}"""\n'


def arguments(schema: Json, defaults: Json) -> list[Argument]:
    """The properties of a schema as arguments: those that must be given first, else in their order."""
    properties: Mapping[str, Json] = schema.get("properties") or {}
    required: Sequence[str] = schema.get("required") or ()
    ordered = sorted(properties.items(), key=lambda item: item[1].get("position", len(properties)))
    taken = {"self"}
    found = [
        Argument(
            key=key,
            word=_word(key, taken),
            kind=annotation(of, schema),
            default=defaults.get(key, of.get("default")),
            is_required=key in required and key not in defaults,
            help=" ".join(str(of.get("description") or "").split()),
        )
        for key, of in ordered
    ]
    return sorted(found, key=lambda each: not each.is_required)


def _class(of: Deployment, name: str, variables: Json) -> str:
    takes = arguments(of.schema, of.defaults)
    pool = f"\n\n    Its runs go to the work pool {_quoted(of.pool)}." if of.pool else ""
    about = f"\n\n    {_quoted(' '.join(of.description.split()))}" if of.description else ""
    text = f'\n\nclass {name}(_Deployment):\n    """The deployment {_quoted(of.name)}.{pool}{about}'
    text += f'\n    """\n\n    _name = {of.name!r}\n'
    text += _with_infra(arguments(variables, {}))
    said = f'        """Have it run; the future gives the id of the run at once.{_help(takes)}"""\n'
    given = f"_changed(\n            {_dictionary(takes)},\n            {_defaults(takes)},\n        )"
    for form, call in (("def run", "self._run"), ("async def run_async", "await self._run_async")):
        text += f"\n    {form}({_signature(takes)}) -> PrefectFlowRunFuture[Any]:\n{said}"
        text += f"        return {call}({given})\n"
    return text


def _with_infra(takes: Sequence[Argument]) -> str:
    if not takes:
        return ""
    optional = [each._replace(kind=_or_none(each.kind), default=None, is_required=False) for each in takes]
    said = f'        """The same deployment; its runs get these job variables.{_help(takes)}"""\n'
    return (
        f"\n    def with_infra({_signature(optional, only_named=True)}) -> Self:\n{said}"
        f"        return self._with_variables({_dictionary(takes)})\n"
    )


def _signature(takes: Sequence[Argument], only_named: bool = False) -> str:
    if not takes:
        return "self"
    lines = ["self", *(["*"] if only_named else [])]
    for each in takes:
        if each.is_required:
            lines.append(f"{each.word}: {each.kind}")
        else:
            kind = _or_none(each.kind) if each.default is None else each.kind
            lines.append(f"{each.word}: {kind} = {_shown(each.default)}")
    return "\n" + "".join(f"        {line},\n" for line in lines) + "    "


def _shown(default: Any) -> str:
    return f"cast(Any, {default!r})" if isinstance(default, list | dict) else repr(default)


def _dictionary(takes: Sequence[Argument]) -> str:
    return "{" + ", ".join(f"{each.key!r}: {each.word}" for each in takes) + "}"


def _defaults(takes: Sequence[Argument]) -> str:
    return "{" + ", ".join(f"{each.key!r}: {each.default!r}" for each in takes if not each.is_required) + "}"


def _help(takes: Sequence[Argument]) -> str:
    lines = [
        f":param {each.word}: {_quoted(each.help)}" for each in takes if each.help and each.help != each.key
    ]
    return "".join(
        f"\n\n        {line}" if not place else f"\n        {line}" for place, line in enumerate(lines)
    )


def _access(classes: Mapping[str, str], module_name: str) -> str:
    overloads = "".join(
        f"\n    @overload\n    @staticmethod\n    def from_name(name: Literal[{name!r}]) -> {kind}: ...\n"
        for name, kind in classes.items()
    )
    if len(classes) == 1:  # one signature is no overload
        overloads = ""
    known = "".join(f"            {name!r}: {kind},\n" for name, kind in classes.items())
    returned = " | ".join(classes.values())
    first = next(iter(classes))
    return f'''

class deployments:
    """Deployments by their names.

    >>> from {module_name} import deployments
    >>> future = deployments.from_name({_quoted(repr(first))}).with_options(tags=["by hand"]).run(...)
    >>> future.result()
    """
{overloads}
    @staticmethod
    def from_name(name: DeploymentName) -> {returned}:
        """The deployment ``flow/deployment``. Raises `KeyError` for one that this module does not know."""
        known: dict[str, Any] = {{
{known}        }}
        return known[name]()
'''


def _class_name(name: str, taken: set[str], prefix: str = "_") -> str:
    """A name for a class that is not taken yet."""
    words = _identifying(name).split("_")
    base = prefix + ("".join(word[:1].upper() + word[1:] for word in words) or "Unnamed")
    return _free(base if base.isidentifier() else f"_{base}", taken)


def _word(key: str, taken: set[str]) -> str:
    """`key` as the name of an argument."""
    word = _identifying(key)
    if keyword.iskeyword(word):
        word = f"{word}_"
    return _free(word if word.isidentifier() else f"_{word}", taken)


def _identifying(text: str) -> str:
    """`text` with what no identifier may hold replaced; in the form that Python brings identifiers to."""
    kept = (sign if f"a{sign}".isidentifier() else "_" for sign in unicodedata.normalize("NFKC", text))
    return unicodedata.normalize("NFKC", "".join(kept))


def _free(name: str, taken: set[str]) -> str:
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    taken.add(found)
    return found


def _or_none(kind: str) -> str:
    return kind if kind == "Any" or kind.endswith("None") else f"{kind} | None"


def _quoted(text: str | None) -> str:
    """`text` as it may stand in a docstring."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text or "")
    return plain.replace("\\", "\\\\").replace('"', "'").strip()


__all__: Iterable[str] = ["About", "Argument", "Deployment", "arguments", "module"]
