"""Runners: flows of this program, served."""
