from prefect._wire.filters import *  # noqa: F403
