"""The rules of orchestration: each a small pure function, gathered into policies by
`prefect._core.policy`."""
