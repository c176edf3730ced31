"""A block that calls a webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, SecretStr

from prefect._base import lazy
from prefect.blocks._storage import LOGOS
from prefect.blocks.core import Block
from prefect.types import SecretDict
from prefect.utilities.urls import SSRFProtectedAsyncHTTPTransport, validate_restricted_url

if TYPE_CHECKING:
    from httpx import Response

httpx: Any = lazy.module("httpx")


class Webhook(Block):
    """
    Block that enables calling webhooks.
    """

    _block_type_name = "Webhook"
    _logo_url = f"{LOGOS}/webhook.png"
    _documentation_url = "https://docs.prefect.io/latest/automate/events/webhook-triggers"

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field(
        default="POST", description="The webhook request method. Defaults to `POST`."
    )
    url: SecretStr = Field(
        default=...,
        title="Webhook URL",
        description="The webhook URL.",
        examples=["https://hooks.slack.com/XXX"],
    )
    headers: SecretDict = Field(
        default_factory=lambda: SecretDict(dict[str, Any]()),
        title="Webhook Headers",
        description="A dictionary of headers to send with the webhook request.",
    )
    allow_private_urls: bool = Field(
        default=True, description="Whether to allow notifications to private URLs. Defaults to True."
    )
    verify: bool = Field(
        default=True, description="Whether or not to enforce a secure connection to the webhook."
    )

    def block_initialization(self) -> None:
        """Nothing is prepared: a connection is made when the webhook is called."""

    async def call(self, payload: dict[str, Any] | str | None = None) -> Response:
        """Call the webhook with a payload, a text as it is and anything else as JSON; answers the response.

        Raises `ValueError` for a private address that is not allowed.
        """
        address = self.url.get_secret_value()
        transport = None
        if not self.allow_private_urls:
            validate_restricted_url(address)
            transport = SSRFProtectedAsyncHTTPTransport(verify=self.verify)
        body: dict[str, Any] = {"content": payload} if isinstance(payload, str) else {"json": payload}
        async with httpx.AsyncClient(transport=transport, verify=self.verify) as client:
            return await client.request(
                method=self.method, url=address, headers=self.headers.get_secret_value(), **body
            )
