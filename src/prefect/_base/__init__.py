"""Ground floor: small tools of the standard library alone, imported by every other floor."""
