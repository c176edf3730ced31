"""Builds the web UI into the package, so that a wheel carries it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebUI(BuildHookInterface):
    """Runs before a wheel is made. An editable install takes what `make ui` has built.

    Without Node.js the wheel comes without the UI, and says so; with ``PREFECT_RELEASE`` set it is not made.
    """

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        built = root / "src" / "prefect" / "_api" / "static" / "index.html"
        if version == "editable" or built.exists() or os.environ.get("PREFECT_WITHOUT_UI"):
            return
        npm = shutil.which("npm")
        if npm is None:
            why = "The web UI was not built: npm is missing. Install Node.js 20 or newer."
            if os.environ.get("PREFECT_RELEASE"):
                raise RuntimeError(why)
            print(f"{why} The server will work without it.", file=sys.stderr)
            return
        for command in ([npm, "ci", "--silent"], [npm, "run", "--silent", "build"]):
            subprocess.run(command, cwd=root / "ui", check=True)
