"""Wire floor: the only schemas. Pydantic models and the table of operations; no I/O."""
