"""Handing a bundle to the storage of a work pool."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from prefect.bundles import _steps as steps
from prefect.bundles._steps import SerializedBundle
from prefect.utilities.asyncutils import run_coro_as_sync


async def aupload_bundle_to_storage(
    bundle: SerializedBundle,
    key: str,
    upload_command: list[str],
    zip_path: Path | None = None,
    upload_step: dict[str, Any] | None = None,
) -> None:
    """Carry a bundle, and its archive if there is one, by the upload command of a work pool.

    The archive goes first, under a name that the bundle then tells. Raises `RuntimeError` with what the
    command wrote if it fails.
    """
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="prefect-bundle-"))
    try:
        if zip_path is not None:
            files_key = f"{key}-files.zip"
            await asyncio.to_thread(shutil.copyfile, zip_path, folder / files_key)
            command = [files_key if word == key else word for word in upload_command]
            if upload_step is not None:
                command = steps.convert_step_to_command(upload_step, files_key, quiet=True)
            await _carry([*command, files_key], folder)
            bundle = {**bundle, "files_key": files_key}
        await asyncio.to_thread((folder / key).write_text, json.dumps(bundle), "utf-8")
        await _carry([*upload_command, key], folder)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, True)


async def _carry(command: list[str], folder: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    told, _ = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"The upload of a bundle failed: {told.decode(errors='replace').strip()}")


def upload_bundle_to_storage(
    bundle: SerializedBundle,
    key: str,
    upload_command: list[str],
    zip_path: Path | None = None,
    upload_step: dict[str, Any] | None = None,
) -> None:
    """:func:`aupload_bundle_to_storage` for blocking code."""
    run_coro_as_sync(aupload_bundle_to_storage(bundle, key, upload_command, zip_path, upload_step))
