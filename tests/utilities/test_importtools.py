"""Finding objects by name and loading scripts."""

from __future__ import annotations

import importlib
import json
import pickle
import sys

import pytest

from prefect.exceptions import ScriptError
from prefect.utilities.importtools import (
    AliasedModuleDefinition,
    AliasedModuleFinder,
    from_qualified_name,
    import_object,
    lazy_import,
    load_script_as_module,
    safe_load_namespace,
    to_qualified_name,
)


@pytest.mark.parametrize("obj", [json.dumps, json.JSONDecoder, json.JSONDecoder.decode, pytest.raises])
def test_names_lead_back(obj):
    assert from_qualified_name(to_qualified_name(obj)) is obj


def test_names_that_lead_nowhere():
    assert from_qualified_name("json") is json
    with pytest.raises(AttributeError, match="nope"):
        from_qualified_name("json.nope")
    with pytest.raises(ModuleNotFoundError):
        from_qualified_name("not_there.x")


def test_a_module_that_cannot_import_something_says_what(tmp_path, monkeypatch):
    (tmp_path / "needs_more.py").write_text("import not_there_at_all")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="not_there_at_all"):
        from_qualified_name("needs_more.x")


def test_scripts(tmp_path):
    (tmp_path / "neighbour_of_script.py").write_text("X = 1")
    script = tmp_path / "my_script.py"
    script.write_text("import neighbour_of_script as n\nclass C: x = n.X\n")
    try:
        module = load_script_as_module(str(script))
        assert module.__name__ == "my_script"
        assert type(pickle.loads(pickle.dumps(module.C()))) is module.C
        again = load_script_as_module(str(script))
        assert again is not module
        assert str(tmp_path) not in sys.path
        assert import_object(f"{script}:C.x") == 1
    finally:
        for name in [n for n in sys.modules if n.startswith("__prefect_loader_")]:
            del sys.modules[name]
        sys.modules.pop("my_script", None)
        sys.modules.pop("neighbour_of_script", None)


def test_scripts_that_fail(tmp_path):
    script = tmp_path / "failing_script.py"
    script.write_text("raise KeyError('k')")
    with pytest.raises(ScriptError, match="KeyError") as caught:
        load_script_as_module(str(script))
    assert isinstance(caught.value.user_exc, KeyError)
    assert "failing_script" not in sys.modules
    with pytest.raises(ScriptError, match="FileNotFoundError"):
        load_script_as_module(str(tmp_path / "nope.py"))


def test_objects():
    assert import_object("json:dumps") is import_object("json.dumps") is json.dumps
    with pytest.raises(ValueError, match="no Python file"):
        import_object("a.py:b:c")


def test_namespaces_without_running_the_script():
    names = safe_load_namespace(
        "import nope\nX = 1\ndef f(): return X\nY = nope.z\nclass A: pass\nprint('hi')\nraise SystemExit"
    )
    assert {"X", "f", "A"} <= names.keys()
    assert "Y" not in names
    assert names["f"]() == 1


def test_lazy_import():
    missing = lazy_import("not_there", help_message="Install it.")
    with pytest.raises(ModuleNotFoundError, match="Install it"):
        missing.anything  # noqa: B018
    with pytest.raises(ModuleNotFoundError, match="not_there"):
        lazy_import("not_there", error_on_import=True)
    sys.modules.pop("colorsys", None)
    late = lazy_import("colorsys")
    assert "colorsys" not in sys.modules
    assert late.rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)


def test_aliased_modules(monkeypatch):
    told: list[str] = []
    finder = AliasedModuleFinder([AliasedModuleDefinition("old_json", "json", told.append)])
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    try:
        assert importlib.import_module("old_json") is json
        assert importlib.import_module("old_json.decoder").JSONDecoder is json.JSONDecoder
        assert told == ["old_json", "old_json.decoder"]
    finally:
        sys.modules.pop("old_json", None)
        sys.modules.pop("old_json.decoder", None)
