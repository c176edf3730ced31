"""Reading a ``.env`` file: ``KEY=value`` lines with quotes, comments, ``export`` and ``${OTHER}``."""

from __future__ import annotations

import re
from collections.abc import Mapping

_LINE = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?(?P<key>[A-Za-z_]\w*)[ \t]*=[ \t]*
    (?:'(?P<literal>(?:\\'|[^'])*)'|"(?P<quoted>(?:\\.|[^"\\])*)"|(?P<bare>[^\n]*))""",
    re.MULTILINE | re.VERBOSE | re.DOTALL,
)
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
_REFERENCE = re.compile(r"\$\{(?P<name>\w+)(?::-(?P<default>[^}]*))?\}")


def parse(text: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The variables of a ``.env`` text; ``${NAME}`` is taken from the lines above it, then from
    `environment`.
    """
    found: dict[str, str] = {}

    def _referenced(match: re.Match[str]) -> str:
        name = match["name"]
        value = environment.get(name, found.get(name))
        return value if value is not None else match["default"] or ""

    for line in _LINE.finditer(text):
        if line["literal"] is not None:
            found[line["key"]] = line["literal"].replace("\\'", "'")
            continue
        if line["quoted"] is not None:
            value = _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), line["quoted"])
        else:
            value = _COMMENT.sub("", line["bare"]).strip()
        found[line["key"]] = _REFERENCE.sub(_referenced, value)
    return found
