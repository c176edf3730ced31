"""How the parts of a flow run depend on each other."""
