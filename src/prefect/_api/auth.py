"""Who may ask: the one shared secret that a server can be given."""

from __future__ import annotations

import base64
import hmac


class Secret:
    """Compares the header ``Authorization`` with the secret, in the same time whatever is wrong.

    The secret is shown as ``Basic`` (with ``user:password`` in base64) or, as an API key is, as ``Bearer``.
    """

    def __init__(self, auth_string: str) -> None:
        basic = b"Basic " + base64.b64encode(auth_string.encode())
        self._wanted = (basic, b"Bearer " + auth_string.encode())

    def accepts(self, authorization: bytes | None) -> bool:
        if authorization is None:
            return False
        scheme, _, rest = authorization.partition(b" ")
        shown = scheme.capitalize() + b" " + rest
        basic, bearer = (hmac.compare_digest(shown, wanted) for wanted in self._wanted)
        return basic or bearer
