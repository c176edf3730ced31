"""Operations on a real store, as for the services."""

from tests.service.conftest import *  # noqa: F403
