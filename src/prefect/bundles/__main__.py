"""Runs the flow of the bundle in the file that the command line names: what a supervised process does."""

import json
import sys
from pathlib import Path

from prefect.bundles._executing import run_here

if __name__ == "__main__":
    sys.exit(run_here(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
