"""Settings for tests."""

from __future__ import annotations

from typing import Any

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class TestingSettings(HouseSettings):
    """Settings for tests."""

    model_config = build_settings_config(("testing",), frozen=True)

    test_mode: bool = of("testing.test_mode")
    unit_test_mode: bool = of("testing.unit_test_mode")
    unit_test_loop_debug: bool = of("testing.unit_test_loop_debug")
    test_setting: Any = of("testing.test_setting")
