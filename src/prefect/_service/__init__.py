"""Service floor: what the API can do, an operation at a time, each in a unit of work.

No HTTP, threads or loops.
"""
