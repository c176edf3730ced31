"""Paths lead to what serves them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect._api.router import Router, canonical_id

ID = "0193f3a4-7b5c-7def-8123-456789abcdef"


@pytest.fixture
def router() -> Router[str]:
    router: Router[str] = Router()
    router.add("POST", "/things/", "create")
    router.add("GET", "/things/{id}", "read")
    router.add("GET", "/things/latest", "latest")
    router.add("GET", "/things/{key}/latest", "latest of key")
    router.add("GET", "/things/{id}/parts/{part_id}", "part")
    return router


@pytest.mark.parametrize(
    ("path", "endpoint", "params"),
    [
        ("things/latest", "latest", {}),
        (f"things/{ID}", "read", {"id": ID}),
        (f"things/{ID.upper()}", "read", {"id": ID}),
        ("things/a/latest", "latest of key", {"key": "a"}),
        (f"things/{ID}/latest", "latest of key", {"key": ID}),
        (f"things/{ID}/parts/{ID}", "part", {"id": ID, "part_id": ID}),
    ],
)
def test_a_path_finds_its_endpoint(router: Router[str], path: str, endpoint: str, params: object) -> None:
    found = router.find(path.split("/"))
    assert found is not None
    assert (found.endpoints["GET"], found.params) == (endpoint, params)


@pytest.mark.parametrize(
    "path", ["things/a", "things", "things//latest", f"things/{ID}/", "things/a/parts/b"]
)
def test_a_path_that_is_not_there(router: Router[str], path: str) -> None:
    assert router.find(path.split("/")) is None


def test_other_spellings(router: Router[str]) -> None:
    assert router.find_other_spelling(["things"])
    assert router.find_other_spelling(["things", "latest", ""])
    assert not router.find_other_spelling(["nothing"])


def test_a_route_is_added_once(router: Router[str]) -> None:
    with pytest.raises(ValueError, match="twice"):
        router.add("GET", "/things/{id}", "again")


@given(st.uuids())
def test_ids_have_one_canonical_spelling(id: object) -> None:
    text = str(id)
    assert canonical_id(text) == canonical_id(text.upper()) == canonical_id(text.replace("-", "")) == text


@given(st.text(max_size=40))
def test_what_is_no_id_has_none(text: str) -> None:
    found = canonical_id(text)
    assert found is None or found.replace("-", "") == text.replace("-", "").lower()
