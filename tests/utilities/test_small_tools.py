"""Names, texts, slugs, addresses, files, commands, templates, registries, types."""

from __future__ import annotations

import asyncio
import io
import os
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect import settings
from prefect._base.words import ADJECTIVES, ANIMALS, two_words
from prefect._internal.urls import strip_auth_from_urls_in_text
from prefect._internal.uuid7 import uuid7
from prefect.types import (
    ListOfNonEmptyStrings,
    LogLevel,
    Name,
    SecondsTimeDelta,
    SecretDict,
    TaskRetryDelaySeconds,
    ValidAssetKey,
    validate_set_T_from_delim_string,
)
from prefect.types._datetime import human_friendly_diff, now, parse_datetime
from prefect.utilities.annotations import NotSet
from prefect.utilities.dispatch import get_dispatch_key, lookup_type, register_base_type
from prefect.utilities.filesystem import filter_files, relative_path_to_current_platform, tmpchdir
from prefect.utilities.math import clamped_poisson_interval
from prefect.utilities.names import generate_slug, obfuscate
from prefect.utilities.processutils import command_from_string, command_to_string, open_process, run_process
from prefect.utilities.pydantic import PartialModel, add_cloudpickle_reduction, parse_obj_as
from prefect.utilities.slugify import slugify
from prefect.utilities.templating import (
    apply_values,
    find_placeholders,
    resolve_block_document_references,
    resolve_variables,
)
from prefect.utilities.text import fuzzy_match_string, truncated_to
from prefect.utilities.urls import url_for, validate_restricted_url

ID = UUID(int=5)


def test_names():
    for words in (ADJECTIVES, ANIMALS):
        assert len(set(words)) == len(words) > 300
        assert all(word.isalpha() and word.islower() for word in words)
    assert two_words(random.Random(1)) == two_words(random.Random(1))
    assert two_words().count("-") == 1
    assert generate_slug(3).count("-") == 2


def test_secrets():
    assert obfuscate("abc") == obfuscate("a" * 50) == obfuscate(pydantic.SecretStr("x")) == "********"
    assert obfuscate("abcdefghijk", show_tail=True) == "*******k"
    assert obfuscate("a" * 30 + "tail", show_tail=True) == "****tail"
    assert strip_auth_from_urls_in_text("at https://u:p@h.com/x and http://t@h, s3cret", ["s3cret"]) == (
        "at https://h.com/x and http://h, ***"
    )


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Hello World!", "hello-world"),
        ("a_b.c/d", "a-b-c-d"),
        ("  x--y ", "x-y"),
        ("Ünïcödé ß æ", "unicode-ss-ae"),
        ("it's", "it-s"),
        ("a&amp;b", "a-b"),
        ("1,000 reasons", "1000-reasons"),
    ],
)
def test_slugs(text, slug):
    assert slugify(text) == slug


@given(st.text(), st.integers(1, 20))
def test_slugs_are_always_clean(text, length):
    slug = slugify(text, max_length=length)
    assert len(slug) <= length
    assert slug == slug.strip("-")
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slugify(slug) == slug


def test_slugs_with_options():
    assert slugify("one two three", max_length=9, word_boundary=True) == "one-two"
    assert slugify("Hello", lowercase=False) == "Hello"
    assert slugify("a_b", regex_pattern=r"[^-a-z0-9_]+") == "a_b"
    assert slugify("a b", separator="_") == "a_b"


def test_texts():
    assert truncated_to(5, "abcde") == "abcde"
    assert truncated_to(5, None) == ""
    assert truncated_to(20, "abcdefgh" * 10) == "abcdefghab...60 additional characters...ghabcdefgh"
    assert fuzzy_match_string("hpuse", ["house", "x"]) == "house"
    assert fuzzy_match_string("zzz", ["house"]) is None


def test_intervals_stay_around_their_mean():
    drawn = [clamped_poisson_interval(10, 0.3) for _ in range(4000)]
    assert 7.5 < min(drawn) < max(drawn) <= 13
    assert abs(sum(drawn) / len(drawn) - 10) < 0.5


def test_addresses(monkeypatch):
    values = {"ui_url": "http://ui", "api.url": "http://api/api"}
    monkeypatch.setattr(settings, "active", lambda: values)
    assert url_for("flow-run", obj_id=ID) == f"http://ui/runs/flow-run/{ID}"
    assert url_for("flow-run", obj_id=ID, url_type="api") == f"http://api/api/flow_runs/{ID}"
    assert url_for(type("FlowRun", (), {"id": ID})()) == f"http://ui/runs/flow-run/{ID}"
    assert url_for(type("WorkPool", (), {"id": ID, "name": "p"})()) == "http://ui/work-pools/work-pool/p"
    assert (
        url_for(type("Resource", (), {"id": f"prefect.task-run.{ID}"})()) == f"http://ui/runs/task-run/{ID}"
    )
    future = type("MyFuture", (type("PrefectFuture", (), {}),), {"task_run_id": ID})()
    assert url_for(future) == f"http://ui/runs/task-run/{ID}"
    assert url_for("nope", obj_id=ID) is None
    with pytest.raises(ValueError, match="object ID"):
        url_for("flow-run")
    with pytest.raises(ValueError, match="work_pool_name"):
        url_for("worker", obj_id=ID)
    values["ui_url"] = None
    assert url_for("flow-run", obj_id=ID) is None
    assert url_for("flow-run", obj_id=ID, default_base_url="http://b/") == f"http://b/runs/flow-run/{ID}"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x", "https://10.0.0.1", "ftp://a", "http://[::1]/", "", "http://"]
)
def test_private_addresses_are_refused(url):
    with pytest.raises(ValueError, match="not a valid URL"):
        validate_restricted_url(url)


def test_files(tmp_path):
    for name in ("a.py", "b.txt", "sub/c.py", "sub/d.txt", "build/x.o", "docs/build/y.o", "keep.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    root = str(tmp_path)
    everything = {"a.py", "b.txt", "sub/c.py", "sub/d.txt", "build/x.o", "docs/build/y.o", "keep.txt"}
    assert filter_files(root, include_dirs=False, as_posix=True) == everything
    patterns = ["# note", "*.txt", "!keep.txt", "/build/", "\n"]
    assert filter_files(root, patterns, include_dirs=False) == {
        "a.py",
        "sub/c.py",
        "docs/build/y.o",
        "keep.txt",
    }
    assert filter_files(root, ["build"], include_dirs=True) == {
        "a.py", "b.txt", "keep.txt", "sub", "sub/c.py", "sub/d.txt", "docs",
    }  # fmt: skip
    assert filter_files(root, ["**/c.py", "docs/**"], include_dirs=False) == everything - {
        "sub/c.py",
        "docs/build/y.o",
    }
    with tmpchdir(str(tmp_path / "sub")):
        assert os.path.exists("c.py")
    assert relative_path_to_current_platform("a\\b.py") == Path("a/b.py")


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1), min_size=1))
def test_commands_go_back(command):
    assert command_from_string(command_to_string(command)) == command


def test_processes(capsys):
    python = sys.executable

    async def main():
        sink = io.StringIO()
        done = await run_process(
            [python, "-c", "print('out'); raise SystemExit(3)"], stream_output=(sink, None)
        )
        quiet = await run_process([python, "-c", "print('lost')"])
        assert (done.returncode, sink.getvalue(), quiet.returncode) == (3, "out\n", 0)
        process = None
        with pytest.raises(KeyError):
            async with open_process([python, "-c", "import time; time.sleep(60)"]) as process:
                raise KeyError
        assert process is not None
        assert process.returncode == -15
        with pytest.raises(TypeError, match="list"):
            await run_process("ls")  # type: ignore[arg-type]

    asyncio.run(main())
    assert "lost" not in capsys.readouterr().out


def test_templates(monkeypatch):
    monkeypatch.setenv("HERE", "home")
    template = {
        "a": "{{ x }}",
        "b": "v {{x}}",
        "c": "{{ m }}",
        "d": "{{ m }} z",
        "e": ["{{ x }}", "{{ m }}"],
        "n": None,
    }
    assert apply_values(template, {"x": 1}) == {"a": 1, "b": "v 1", "d": " z", "e": [1], "n": None}
    kept = apply_values({"c": "{{ m }}", "d": "{{ m }} z"}, {}, remove_notset=False)
    assert kept == {"c": "{{ m }}", "d": "{{ m }} z"}
    assert apply_values("{{ x.k }}", {"x": {"k": [1]}}) == [1]
    assert apply_values("{{ m }}", {}) is NotSet
    assert apply_values("{{ $HERE }}/{{ prefect.blocks.a.b }}", {}) == "home/{{ prefect.blocks.a.b }}"
    assert apply_values({"a": "{{ x }}"}, {"x": 1}, skip_prefixes=["x"]) == {"a": "{{ x }}"}
    assert {p.name for p in find_placeholders({"a": ["{{ b }}", {"c": "{{d.e}} {{ $F }}"}]})} == {
        "b",
        "d.e",
        "$F",
    }


class Client:
    """What templates need of a client."""

    blocks = {"s": {"value": "sek"}, "c": {"a": {"b": [1, 2]}}, "two": {"value": 1, "other": 2}}

    async def read_block_document_by_name(self, name, block_type_slug):
        return SimpleNamespace(data=self.blocks[name])

    async def read_block_document(self, id):
        return SimpleNamespace(data={"id": id})

    async def read_variable_by_name(self, name):
        return {"v": SimpleNamespace(value="vv"), "j": SimpleNamespace(value={"k": 1})}.get(name)


def test_blocks_and_variables_in_templates():
    def blocks(template, **options):
        return asyncio.run(resolve_block_document_references(template, client=Client(), **options))

    assert blocks(["{{ prefect.blocks.secret.s }}", "a {{ prefect.blocks.secret.s }}", "{{ x }}"]) == [
        "sek", "a sek", "{{ x }}",
    ]  # fmt: skip
    assert blocks("{{ prefect.blocks.json.c.a.b.1 }}") == 2
    assert blocks("{{ prefect.blocks.json.two }}") == {"value": 1, "other": 2}
    assert blocks({"$ref": {"block_document_id": "i"}}) == {"id": "i"}
    assert blocks("{{ prefect.blocks.json.c.a }}", value_transformer=lambda ref, value: (ref, value)) == (
        "{{ prefect.blocks.json.c.a }}", {"b": [1, 2]},
    )  # fmt: skip
    for wrong in (
        "{{ prefect.blocks.json.c.nope }}",
        "{{ prefect.blocks.json }}",
        "x {{ prefect.blocks.json.c }}",
    ):
        with pytest.raises(ValueError, match=r"template|format"):
            blocks(wrong)
    template = ["{{ prefect.variables.j }}", "{{ prefect.variables.v }}!", "{{ prefect.variables.none }}"]
    assert asyncio.run(resolve_variables(template, client=Client())) == [{"k": 1}, "vv!", ""]


def test_registries():
    @register_base_type
    class Base:
        __dispatch_key__ = "base"

    class Child(Base):
        __dispatch_key__ = "child"

    class Other(Base):
        @classmethod
        def __dispatch_key__(cls):
            return "other"

    assert [lookup_type(Base, key) for key in ("base", "child", "other")] == [Base, Child, Other]
    assert get_dispatch_key(Child()) == "child"
    assert get_dispatch_key(int, allow_missing=True) is None
    with pytest.raises(KeyError, match="nope"):
        lookup_type(Base, "nope")
    with pytest.raises(ValueError, match="__dispatch_key__"):
        get_dispatch_key(int)


def test_pydantic_additions():
    import pickle

    @add_cloudpickle_reduction
    class Local(pydantic.BaseModel):
        a: int
        b: object = None

    Local.__module__, Local.__qualname__ = __name__, "Local"
    globals()["Local"] = Local
    copy = pickle.loads(pickle.dumps(Local(a=1, b=lambda: 2)))
    assert (copy.a, copy.b()) == (1, 2)
    partial = PartialModel(Local, a=1)
    partial.b = 4
    assert partial.finalize() == Local(a=1, b=4)
    with pytest.raises(ValueError, match="already"):
        partial.finalize(a=2)
    with pytest.raises(ValueError, match="not present"):
        PartialModel(Local, z=1)
    assert parse_obj_as(list[int], "[1]", "json") == [1]


@pytest.mark.parametrize(
    ("kind", "given", "becomes"),
    [
        (Name, "a b", "a b"),
        (LogLevel, "info", "INFO"),
        (SecondsTimeDelta, 5.5, timedelta(seconds=5.5)),
        (TaskRetryDelaySeconds, "1,2", [1.0, 2.0]),
        (TaskRetryDelaySeconds, "", None),
        (ListOfNonEmptyStrings, ["a", "", 1], ["a", "1"]),
        (ValidAssetKey, "s3://a/b", "s3://a/b"),
    ],
)
def test_types(kind, given, becomes):
    assert pydantic.TypeAdapter(kind).validate_python(given) == becomes


@pytest.mark.parametrize(
    ("kind", "given"), [(Name, "a/b"), (LogLevel, "x"), (ValidAssetKey, "s3://a b"), (ValidAssetKey, "x")]
)
def test_types_refuse(kind, given):
    with pytest.raises(pydantic.ValidationError):
        pydantic.TypeAdapter(kind).validate_python(given)


def test_sets_from_texts_and_secret_dictionaries():
    assert validate_set_T_from_delim_string("1, 2", int) == {1, 2}
    assert validate_set_T_from_delim_string(None, int) == set()
    assert validate_set_T_from_delim_string("a|b", str, delim="|") == {"a", "b"}
    secret = SecretDict({"a": 1})
    assert "1" not in repr(secret)
    assert secret.get_secret_value() == {"a": 1}


def test_instants():
    assert now().tzinfo is not None
    assert parse_datetime("2020-01-01") == datetime(2020, 1, 1, tzinfo=UTC)
    base = datetime(2020, 1, 1, tzinfo=UTC)
    assert human_friendly_diff(base - timedelta(hours=3), base) == "3 hours before"
    assert human_friendly_diff(now() + timedelta(days=2, minutes=1)) == "in 2 days"
    first, second = uuid7(), uuid7()
    assert first.version == 7
    assert first < second
    assert uuid7(ms=1_700_000_000_000).int >> 80 == 1_700_000_000_000
