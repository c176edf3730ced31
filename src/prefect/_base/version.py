"""The version of this package, in one place that costs nothing to import."""

from __future__ import annotations

__version__ = "3.9.1.dev0"

# the protocol of the REST API that this package speaks
API_VERSION = "0.8.4"

version_info = {"version": __version__}
