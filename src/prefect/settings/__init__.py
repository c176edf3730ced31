"""Settings: what users set in the environment, in files and in profiles.

The package's own code asks :func:`active` for plain values, which imports nothing heavy. Everything else
here is the public face, imported when it is first asked for.
"""

from __future__ import annotations

from prefect.settings.current import active, refresh

__all__ = ["active", "refresh"]
