"""The settings of the server, a module for each group."""

from prefect.settings.models.server.root import ServerSettings

__all__ = ["ServerSettings"]
