"""Helpers for the tests of users."""
