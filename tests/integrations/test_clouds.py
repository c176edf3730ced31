"""The released workers of the clouds, unmodified: found by type, their templates taken, jobs configured.

Left out where the packages are not installed, unless `PREFECT_TEST_REQUIRE` names ``clouds``.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.fleet.conftest import Place

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun
from prefect.workers.base import BaseWorker

AZURE = {"resource_group_name": "mine", "subscription_id": "s3cret"}
GOOGLE = {"region": "europe-west1", "image": "org/flows:1"}

# what pools of each type have to be told
VARIABLES: dict[str, dict[str, Any]] = {
    "ecs": {"image": "org/flows:1"},
    "azure-container-instance": {**AZURE, "image": "org/flows:1"},
    "cloud-run": GOOGLE,
    "cloud-run-v2": GOOGLE,
    "vertex-ai": {**GOOGLE, "service_account_name": "runner@mine.iam"},
}


def _account() -> dict[str, str]:
    """A service account that no cloud knows."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "type": "service_account",
        "project_id": "mine",
        "client_email": "me@mine.iam",
        "token_uri": "https://oauth2.googleapis.com/token",
        "private_key": pem.decode(),
    }


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.chdir(tmp_path)
    return Place(tmp_path)


@pytest.mark.parametrize("kind", VARIABLES)
def test_a_job_is_configured(place: Place, kind: str) -> None:
    worker_class = BaseWorker.get_worker_class_from_type(kind)
    assert worker_class is not None

    async def work() -> tuple[Any, Any]:
        template = worker_class.get_default_base_job_template()
        async with get_client() as client:
            await client.create_work_pool(WorkPoolCreate(name="pool", type=kind, base_job_template=template))
        variables = {**VARIABLES[kind], "env": {"STAGE": "test"}}
        if "credentials" in template["variables"]["properties"]:
            from prefect_gcp.credentials import GcpCredentials

            await GcpCredentials(project="mine", service_account_info=_account()).save("mine")
            variables["credentials"] = "{{ prefect.blocks.gcp-credentials.mine }}"
        deployment_id = await place.deploy("it", work_pool_name="pool", job_variables=variables)
        run = FlowRun.model_validate(await place.read(await place.start(deployment_id)))
        async with worker_class(work_pool_name="pool") as worker:
            deployment = await worker.client.read_deployment(deployment_id)
            return run, await worker._get_configuration(run, deployment)

    run, made = asyncio.run(work())
    told = made.model_dump_json()
    assert made.env["PREFECT__FLOW_RUN_ID"] == str(run.id)
    assert made.env["STAGE"] == "test"
    assert "org/flows:1" in told
    assert "flow-run" in told
    assert "execute" in told
