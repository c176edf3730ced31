"""Packages that need not be installed: what is not there and not demanded is not collected."""

from __future__ import annotations

import importlib.util
import os
import shutil

import pytest

REQUIRED = set(os.environ.get("PREFECT_TEST_REQUIRE", "").split(","))
"""What must be there, by `PREFECT_TEST_REQUIRE`: dask, ray, docker, kubernetes, clouds; with commas."""

CLUSTERS = [
    name
    for name in ("dask", "ray")
    if name in REQUIRED or importlib.util.find_spec(f"prefect_{name}") is not None
]
collect_ignore = [] if CLUSTERS else ["test_clusters.py"]
HAS_ENGINE = shutil.which("dockerd") is not None and os.geteuid() == 0
if "docker" not in REQUIRED and not (HAS_ENGINE and importlib.util.find_spec("prefect_docker")):
    collect_ignore.append("test_docker.py")
if "kubernetes" not in REQUIRED and importlib.util.find_spec("prefect_kubernetes") is None:
    collect_ignore.append("test_kubernetes.py")
if "clouds" not in REQUIRED and importlib.util.find_spec("prefect_aws") is None:
    collect_ignore.append("test_clouds.py")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "cluster" in metafunc.fixturenames:
        metafunc.parametrize("cluster", CLUSTERS)
