"""Suites of tests that packages run on their own classes."""

from __future__ import annotations

from prefect.testing.standard_test_suites.blocks import BlockStandardTestSuite

__all__ = ["BlockStandardTestSuite"]
