"""Whether the protocol that a client speaks is one of those that are served."""

from __future__ import annotations

from prefect._api.exchange import Answer, json_answer

HEADER = b"x-prefect-api-version"
OLDEST = (0, 8, 0)


def refusal(given: bytes | None) -> Answer | None:
    """The answer to a client that names a version which cannot be served; None when it can."""
    if given is None or given == b"0.8.4":
        return None
    text = given.decode("latin-1")
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return _refused(f"{text!r} is no API version: it has to have the form x.y.z.")
    if tuple(map(int, parts)) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        return _refused(f"The client speaks API version {text}; this server serves {oldest} and newer.")
    return None


def _refused(detail: str) -> Answer:
    return json_answer({"detail": detail}, 400)
