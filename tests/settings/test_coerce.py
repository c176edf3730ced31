"""Every kind of value, from text and from values of Python, and back to text."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect.settings import text, tomltext
from prefect.settings.catalog import ENTRIES, Entry
from prefect.settings.coerce import Unfit, coerce
from prefect.settings.sources import tomllib

MINUTE = timedelta(minutes=1)


def _entry(kind: str, limits: str | None = None) -> Entry:
    return Entry("a.b", kind, None, limits)


@pytest.mark.parametrize(
    ("kind", "raw", "plain"),
    [
        *(("bool", word, True) for word in ("1", "true", "TRUE", "t", "yes", "y", "on", True)),
        *(("bool", word, False) for word in ("0", "false", "f", "no", "n", "off", False)),
        ("int", " 3 ", 3),
        ("int", "3.0", 3),
        ("int", "1_000", 1000),
        ("int", "+3", 3),
        ("int", 3.0, 3),
        ("float", "1e3", 1000.0),
        ("float", "inf", float("inf")),
        ("float", 2, 2.0),
        ("str", "", ""),
        ("str", 5, "5"),
        ("str?", None, None),
        ("secret?", "s", "s"),
        ("path", "/a/b", Path("/a/b")),
        ("duration", "15", timedelta(seconds=15)),
        ("duration", "1.5", timedelta(seconds=1.5)),
        ("duration", 60, MINUTE),
        ("duration", "PT1M", MINUTE),
        ("duration", "P1DT2H", timedelta(days=1, hours=2)),
        ("duration", "00:01:00", MINUTE),
        ("duration", "1 day, 00:00:01", timedelta(days=1, seconds=1)),
        ("duration", "2d", timedelta(days=2)),
        ("duration", "-PT1M", -MINUTE),
        ("duration", MINUTE, MINUTE),
        ("names", "a, b,", {"a", "b"}),
        ("names", '["a"]', {"a"}),
        ("names", "", set()),
        ("names", ["a", "a"], {"a"}),
        ("names", None, set()),
        ("list", "b,a,b", ["b", "a"]),
        ("codes", "429,500", {429, 500}),
        ("codes", "[429]", {429}),
        ("codes", 503, {503}),
        ("codes", "0", set()),
        ("codes", "", set()),
        ("delays", "1", 1),
        ("delays", "1.5", 1.5),
        ("delays", "1, 2", [1.0, 2.0]),
        ("delays", "[1, 2]", [1.0, 2.0]),
        ("delays", [1, 2], [1.0, 2.0]),
        ("delays?", "", None),
        ("texts", '{"a": "b"}', {"a": "b"}),
        ("texts", {"a": "b"}, {"a": "b"}),
        ("durations", '{"a": "PT1M", "b": 60}', {"a": MINUTE, "b": MINUTE}),
        ("names or bool", "true", True),
        ("names or bool", "", False),
        ("names or bool", "events,logs", {"events", "logs"}),
        ("any", [1], [1]),
        ("any", None, None),
    ],
)
def test_fits(kind: str, raw: Any, plain: Any) -> None:
    found = coerce(_entry(kind), raw)
    assert found == plain
    assert type(found) is type(plain)


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("bool", "2"),
        ("bool", ""),
        ("bool", "enabled"),
        ("int", ""),
        ("int", "3.5"),
        ("int", "0x1"),
        ("int", 3.5),
        ("int", True),
        ("int", None),
        ("int", []),
        ("int?", "none"),
        ("float", "none"),
        ("float", True),
        ("str", True),
        ("str", ["a"]),
        ("path", ""),
        ("path", 3),
        ("duration", ""),
        ("duration", "abc"),
        ("duration", "1:02"),
        ("duration", "P"),
        ("duration", "inf"),
        ("duration", "nan"),
        ("duration", True),
        ("names", [1]),
        ("names", 5),
        ("list", {"a": 1}),
        ("codes", "a"),
        ("codes", "700"),
        ("codes", "[429"),
        ("delays", "a"),
        ("delays", True),
        ("texts", "a=b"),
        ("texts", ""),
        ("texts", '{"a": 1}'),
        ("texts", "[]"),
        ("durations", '{"a": "x"}'),
    ],
)
def test_does_not_fit(kind: str, raw: Any) -> None:
    with pytest.raises(Unfit):
        coerce(_entry(kind), raw)


def test_choices_are_found_in_any_case() -> None:
    assert coerce(ENTRIES["logging.level"], "debug") == "DEBUG"
    assert coerce(ENTRIES["logging.to_api.when_missing_flow"], "Warn") == "warn"
    with pytest.raises(Unfit, match="one of DEBUG, INFO"):
        coerce(ENTRIES["logging.level"], "loud")


def test_limits() -> None:
    assert coerce(_entry("int", ">=0 <=5"), "5") == 5
    with pytest.raises(Unfit, match="a whole number, at least 0 and at most 5"):
        coerce(_entry("int", ">=0 <=5"), "6")
    with pytest.raises(Unfit, match="more than 3600"):
        coerce(_entry("duration", ">3600"), "PT1H")
    assert coerce(_entry("int?", ">0"), None) is None


def test_a_home_is_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/h")
    assert coerce(_entry("path"), "~/x") == Path("/h/x")


@given(st.text())
def test_any_text_fits_or_is_refused(raw: str) -> None:
    for kind in (
        "bool",
        "int",
        "float",
        "duration",
        "names",
        "codes",
        "delays",
        "texts",
        "durations",
        "path",
    ):
        with contextlib.suppress(Unfit):
            coerce(_entry(kind), raw)


durations = st.timedeltas(min_value=timedelta(days=-900), max_value=timedelta(days=900))
words = st.text("abcdefgh-_.", min_size=1)


@given(durations)
def test_durations_survive_as_text(value: timedelta) -> None:
    assert coerce(_entry("duration"), text.as_environment(value)) == value


@given(st.sets(words), st.dictionaries(words, durations), st.dictionaries(words, st.text()))
def test_collections_survive_as_text(
    names: set[str], times: dict[str, timedelta], texts: dict[str, str]
) -> None:
    assert coerce(_entry("names"), text.as_environment(names)) == names
    assert coerce(_entry("durations"), text.as_environment(times)) == times
    assert coerce(_entry("texts"), text.as_environment(texts)) == texts


printable = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(printable, st.dictionaries(printable, printable)), printable)
def test_profiles_survive_as_toml(profiles: dict[str, dict[str, str]], active: str) -> None:
    written = tomltext.profiles({"active": active, "profiles": profiles})
    assert tomllib.loads(written) == {"active": active} | ({"profiles": profiles} if profiles else {})
