"""Old path of `prefect.bundles.execute`."""

from prefect.bundles.execute import _main, execute_bundle, execute_bundle_from_file

__all__ = ["execute_bundle", "execute_bundle_from_file"]

if __name__ == "__main__":
    _main()
