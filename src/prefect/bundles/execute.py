"""``python -m prefect.bundles.execute --key FILE``: execute the flow run of a bundle."""

from __future__ import annotations

from prefect.bundles._archives import ZipExtractor
from prefect.bundles._executing import execute_bundle, execute_bundle_from_file
from prefect.utilities.asyncutils import run_coro_as_sync

__all__ = ["ZipExtractor", "execute_bundle", "execute_bundle_from_file", "run_coro_as_sync"]


def _main() -> None:
    import argparse

    parser = argparse.ArgumentParser(description="Execute the flow run of a bundle.")
    parser.add_argument("--key", required=True, help="the file with the bundle")
    execute_bundle_from_file(parser.parse_args().key)


if __name__ == "__main__":
    _main()
