"""Names of images, Dockerfiles line by line, blocks that end on time, loops that forgive."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path, PurePosixPath
from time import perf_counter
from typing import Any

import httpx
import pytest

from prefect.testing.docker import capture_builders
from prefect.utilities import dockerutils as docker
from prefect.utilities.services import critical_service_loop
from prefect.utilities.timeout import timeout, timeout_async


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a", ("a", None)),
        ("a:b", ("a", "b")),
        ("localhost:5000/a/b", ("localhost:5000/a/b", None)),
        ("localhost:5000/a/b:1", ("localhost:5000/a/b", "1")),
        ("reg:99/x:y@sha256:1", ("reg:99/x:y", "sha256:1")),
    ],
)
def test_names_of_images(name: str, parts: tuple[str, str | None]) -> None:
    assert docker.parse_image_tag(name) == parts


def test_other_names() -> None:
    assert docker.split_repository_path("gcr.io/x/y") == ("gcr.io/x", "y")
    assert docker.split_repository_path("y") == (None, "y")
    assert docker.format_outlier_version_name("19.03.0-ce") == "19.03.0"
    assert docker.to_run_command(["pip", "a b"]) == "RUN pip 'a b'"
    named = docker.get_prefect_image_name("3.4.0", "3.12", "kubernetes")
    assert named == "prefecthq/prefect:3.4.0-python3.12-kubernetes"


def test_a_dockerfile_is_made_for_the_block_only(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").touch()
    with docker.generate_default_dockerfile(tmp_path) as file:
        text = file.read_text()
        assert text.startswith("FROM prefecthq/prefect:")
        assert "pip install -r" in text
        with pytest.raises(RuntimeError, match="already"), docker.generate_default_dockerfile(tmp_path):
            pass
    assert not file.exists()


def test_an_image_is_described_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "etl.py").write_text("x = 1")
    with capture_builders() as builders, docker.ImageBuilder("python:3.12", base_directory=tmp_path) as image:
        image.add_line("RUN true")
        image.copy("etl.py", "/opt/etl.py")
        image.write_text("hello", "/etc/motd")
        assert image.build() == "mocked"
        image.assert_has_line("RUN true")
        image.assert_line_absent("RUN false")
        image.assert_line_before("FROM python:3.12", "RUN true")
        image.assert_has_file(Path("etl.py"), PurePosixPath("/opt/etl.py"))
        with pytest.raises(AssertionError, match="no line 'X'"):
            image.assert_has_line("X")
        with pytest.raises(AssertionError, match="should come before"):
            image.assert_line_before("RUN true", "FROM python:3.12")
    assert builders == [image]


def test_no_daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "nonsense://none")
    with pytest.raises(RuntimeError, match="cannot be reached"), docker.docker_client():
        pass
    with pytest.raises(ValueError, match="no directory"):
        docker.build_image(tmp_path / "none")


class TooLate(TimeoutError):
    pass


def count_for(seconds: float) -> None:
    began = perf_counter()
    while perf_counter() - began < seconds:
        pass


def spin() -> None:
    began = perf_counter()
    with pytest.raises(TooLate), timeout(0.02, TooLate):
        count_for(10)
    assert perf_counter() - began < 5
    with timeout(10), timeout(None):
        pass


def test_a_block_ends_on_time_in_any_thread() -> None:
    spin()
    thread = threading.Thread(target=spin)
    thread.start()
    thread.join()


def test_an_awaiting_block_ends_on_time() -> None:
    async def main() -> None:
        with pytest.raises(TooLate), timeout_async(0.01, TooLate):
            await asyncio.Event().wait()
        with timeout_async(10):
            await asyncio.sleep(0)
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling() == 0

    asyncio.run(main())
    with pytest.raises(ValueError, match="TimeoutError"), timeout(1, ValueError):  # type: ignore[arg-type]
        pass


def test_a_loop_forgives_an_api_that_is_away_for_a_moment() -> None:
    told: list[str] = []
    answers: list[Any] = [httpx.ConnectError("away")] * 4 + [None]

    async def work() -> None:
        answer = answers.pop(0)
        if answer is not None:
            raise answer

    asyncio.run(critical_service_loop(work, 0, consecutive=3, backoff=2, printer=told.append, run_once=True))
    assert "Failed 3 times in a row" in told[0]
    answers = [httpx.ConnectError("away")] * 3
    with pytest.raises(httpx.ConnectError):
        asyncio.run(critical_service_loop(work, 0, consecutive=3, printer=told.append))
    answers = [KeyError("x")]
    with pytest.raises(KeyError):
        asyncio.run(critical_service_loop(work, 0, printer=told.append))
