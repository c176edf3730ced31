"""Keeping the API key out of the logs."""

from __future__ import annotations

import logging
from typing import Any

from prefect._base import lazy

settings: Any = lazy.module("prefect.settings")
collections: Any = lazy.module("prefect.utilities.collections")
names: Any = lazy.module("prefect.utilities.names")


def redact_substr(obj: Any, substr: str) -> Any:
    """`obj` with every occurrence of `substr` in the texts inside it made unreadable."""

    def redact(node: Any) -> Any:
        if isinstance(node, str) and substr in node:
            return node.replace(substr, names.obfuscate(substr))
        return node

    return collections.visit_collection(obj, redact, return_data=True)


class ObfuscateApiKeyFilter(logging.Filter):
    """Makes the API key in the message and the arguments of a record unreadable; lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        key = settings.active()["api.key"]
        if key:
            key = key.get_secret_value() if hasattr(key, "get_secret_value") else str(key)
            record.msg = redact_substr(record.msg, key)
            record.args = redact_substr(record.args, key)
        return True
