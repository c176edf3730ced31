"""Who may ask: the one shared secret that a server can be given."""

from __future__ import annotations

import base64
import hmac


class BasicAuth:
    """Compares the header ``Authorization`` with ``user:password``, in the same time whatever is wrong."""

    def __init__(self, auth_string: str) -> None:
        self._wanted = b"Basic " + base64.b64encode(auth_string.encode())

    def accepts(self, authorization: bytes | None) -> bool:
        return authorization is not None and hmac.compare_digest(authorization, self._wanted)
