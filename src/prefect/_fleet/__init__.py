"""The fleet: what takes up scheduled runs and executes them, each in a process of its own."""
