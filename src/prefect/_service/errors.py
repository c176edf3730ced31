"""How an operation refuses.

The classes live on the ground floor, since both doors and the faces speak of them.
"""

from prefect._base.errors import (
    AlreadyExists,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    Locked,
    NotFound,
    OperationError,
)

__all__ = [
    "AlreadyExists",
    "Conflict",
    "Forbidden",
    "Gone",
    "Invalid",
    "Locked",
    "NotFound",
    "OperationError",
]
