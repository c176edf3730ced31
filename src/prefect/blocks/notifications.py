"""Blocks that tell people something: by chat, by text message, by mail, or by any webhook."""

from __future__ import annotations

import logging
from abc import ABC
from typing import Any, Literal, cast

from pydantic import AnyHttpUrl, Field, PrivateAttr, SecretStr

from prefect._base import lazy
from prefect._base.dispatch import async_dispatch
from prefect.blocks import _apprise
from prefect.blocks._storage import LOGOS, in_thread
from prefect.blocks.abstract import NotificationBlock, NotificationError
from prefect.logging.loggers import LogEavesdropper
from prefect.types import SecretDict
from prefect.utilities.templating import apply_values, find_placeholders
from prefect.utilities.urls import (
    SSRFProtectedAsyncHTTPTransport,
    SSRFProtectedHTTPTransport,
    validate_restricted_url,
)

httpx: Any = lazy.module("httpx")

PREFECT_NOTIFY_TYPE_DEFAULT = "info"
NotifyType = Literal["info", "success", "warning", "failure"]
_DOCUMENTATION = (
    "https://docs.prefect.io/latest/automate/events/automations-triggers"
    "#sending-notifications-with-automations"
)


class AbstractAppriseNotificationBlock(NotificationBlock, ABC):
    """
    An abstract class for sending notifications using Apprise.
    """

    notify_type: NotifyType = Field(
        default=PREFECT_NOTIFY_TYPE_DEFAULT, description="The type of notification being performed."
    )

    _apprise_client: Any = PrivateAttr(default=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def block_initialization(self) -> None:
        """Nothing is prepared: where messages go is worked out when one is sent."""

    def _target(self) -> Any:
        """Where messages go."""
        raise NotImplementedError(f"{type(self).__name__} does not say where its messages go.")

    def _send(self, body: str, subject: str | None, title: str | None = None) -> None:
        client = self._apprise_client or _apprise.client(self._target())
        with LogEavesdropper("apprise", level=logging.DEBUG) as heard:
            sent = client.notify(body=body, title=subject or title or "", notify_type=self.notify_type)
        if not sent and self._raise_on_failure:
            raise NotificationError(log=heard.text())

    async def anotify(self, body: str, subject: str | None = None) -> None:
        """Send a message."""
        await in_thread(self._send, body, subject)

    @async_dispatch(anotify)
    def notify(self, body: str, subject: str | None = None) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Send a message."""
        self._send(body, subject)


class AppriseNotificationBlock(AbstractAppriseNotificationBlock, ABC):
    """
    A base class for sending notifications using Apprise, through webhook URLs.
    """

    _documentation_url = _DOCUMENTATION
    url: SecretStr = Field(
        default=...,
        title="Webhook URL",
        description="Incoming webhook URL used to send notifications.",
        examples=["https://hooks.example.com/XXX"],
    )
    allow_private_urls: bool = Field(
        default=True, description="Whether to allow notifications to private URLs. Defaults to True."
    )

    def _target(self) -> Any:
        return self.url.get_secret_value()

    def _send(self, body: str, subject: str | None, title: str | None = None) -> None:
        if not self.allow_private_urls:
            validate_restricted_url(self.url.get_secret_value())
        super()._send(body, subject, title)

    async def anotify(self, body: str, subject: str | None = None) -> None:
        """Send a message; raises `ValueError` for a private address that is not allowed."""
        await in_thread(self._send, body, subject)

    @async_dispatch(anotify)
    def notify(self, body: str, subject: str | None = None) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Send a message; raises `ValueError` for a private address that is not allowed."""
        self._send(body, subject)


class SlackWebhook(AppriseNotificationBlock):
    """
    Enables sending notifications via a provided Slack webhook.

    Supports both standard Slack webhooks (hooks.slack.com) and Slack GovCloud
    webhooks (hooks.slack-gov.com).

    Examples:
        Load a saved Slack webhook and send a message:
        ```python
        from prefect.blocks.notifications import SlackWebhook

        slack_webhook_block = SlackWebhook.load("BLOCK_NAME")
        slack_webhook_block.notify("Hello from Prefect!")
        ```
    """

    _block_type_name = "Slack Webhook"
    _logo_url = f"{LOGOS}/slack.png"
    _documentation_url = _DOCUMENTATION

    url: SecretStr = Field(
        default=...,
        title="Webhook URL",
        description="Slack incoming webhook URL used to send notifications.",
        examples=["https://hooks.slack.com/XXX"],
    )


class MicrosoftTeamsWebhook(AppriseNotificationBlock):
    """
    Enables sending notifications via a provided Microsoft Teams webhook.

    Examples:
        Load a saved Teams webhook and send a message:
        ```python
        from prefect.blocks.notifications import MicrosoftTeamsWebhook
        teams_webhook_block = MicrosoftTeamsWebhook.load("BLOCK_NAME")
        teams_webhook_block.notify("Hello from Prefect!")
        ```
    """

    _block_type_name = "Microsoft Teams Webhook"
    _block_type_slug = "ms-teams-webhook"
    _logo_url = f"{LOGOS}/microsoft-teams.png"
    _documentation_url = _DOCUMENTATION

    url: SecretStr = Field(
        default=...,
        title="Webhook URL",
        description="The Microsoft Power Automate (Workflows) URL used to send notifications to Teams.",
        examples=[
            (
                "https://prod-NO.LOCATION.logic.azure.com:443/workflows/WFID/triggers/manual/paths/invoke"
                "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=SIGNATURE"
            )
        ],
    )
    include_image: bool = Field(default=True, description="Include an image with the notification.")
    wrap: bool = Field(default=True, description="Wrap the notification text.")

    def _target(self) -> Any:
        address = self.url.get_secret_value()
        if "/workflows/" not in address:
            return address
        options = f"&image={'yes' if self.include_image else 'no'}&wrap={'yes' if self.wrap else 'no'}"
        return address + options


class PagerDutyWebHook(AbstractAppriseNotificationBlock):
    """
    Enables sending notifications via a provided PagerDuty webhook.

    Examples:
        Load a saved PagerDuty webhook and send a message:
        ```python
        from prefect.blocks.notifications import PagerDutyWebHook
        pagerduty_webhook_block = PagerDutyWebHook.load("BLOCK_NAME")
        pagerduty_webhook_block.notify("Hello from Prefect!")
        ```
    """

    _block_type_name = "Pager Duty Webhook"
    _block_type_slug = "pager-duty-webhook"
    _logo_url = f"{LOGOS}/pagerduty.png"
    _documentation_url = _DOCUMENTATION

    notify_type: NotifyType = Field(
        default=PREFECT_NOTIFY_TYPE_DEFAULT, description="The severity of the notification."
    )
    integration_key: SecretStr = Field(
        default=...,
        description=(
            "This can be found on the Events API V2 integration's detail page, and is also referred to as a"
            " Routing Key. This must be provided alongside `api_key`, but will error if provided alongside"
            " `url`."
        ),
    )
    api_key: SecretStr = Field(
        default=...,
        title="API Key",
        description=(
            "This can be found under Integrations. This must be provided alongside `integration_key`, but"
            " will error if provided alongside `url`."
        ),
    )
    source: str | None = Field(default="Prefect", description="The source string as part of the payload.")
    component: str = Field(default="Notification", description="The component string as part of the payload.")
    group: str | None = Field(default=None, description="The group string as part of the payload.")
    class_id: str | None = Field(
        default=None, title="Class ID", description="The class string as part of the payload."
    )
    region_name: Literal["us", "eu"] = Field(default="us", description="The region name.")
    clickable_url: AnyHttpUrl | None = Field(
        default=None,
        title="Clickable URL",
        description="A clickable URL to associate with the notice.",
    )
    include_image: bool = Field(
        default=True, description="Associate the notification status via a represented icon."
    )
    custom_details: dict[str, str] | None = Field(
        default=None,
        description="Additional details to include as part of the payload.",
        examples=['{"disk_space_left": "145GB"}'],
    )

    def _target(self) -> Any:
        return _apprise.service(
            "pagerduty",
            apikey=self.api_key.get_secret_value(),
            integrationkey=self.integration_key.get_secret_value(),
            source=self.source,
            component=self.component,
            group=self.group,
            class_id=self.class_id,
            region_name=self.region_name,
            click=None if self.clickable_url is None else str(self.clickable_url),
            include_image=self.include_image,
            details=self.custom_details,
        )

    async def anotify(self, body: str, subject: str | None = None) -> None:
        """Send a message."""
        await in_thread(self._send, body, subject, "Prefect Notification")

    @async_dispatch(anotify)
    def notify(self, body: str, subject: str | None = None) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Send a message."""
        self._send(body, subject, "Prefect Notification")


class TwilioSMS(AbstractAppriseNotificationBlock):
    """Enables sending notifications via Twilio SMS.

    Examples:
        Load a saved `TwilioSMS` block and send a message:
        ```python
        from prefect.blocks.notifications import TwilioSMS
        twilio_webhook_block = TwilioSMS.load("BLOCK_NAME")
        twilio_webhook_block.notify("Hello from Prefect!")
        ```
    """

    _block_type_name = "Twilio SMS"
    _block_type_slug = "twilio-sms"
    _logo_url = f"{LOGOS}/twilio.png"
    _documentation_url = _DOCUMENTATION

    account_sid: str = Field(
        default=...,
        description="The Twilio Account SID - it can be found on the homepage of the Twilio console.",
    )
    auth_token: SecretStr = Field(
        default=...,
        description=(
            "The Twilio Authentication Token - it can be found on the homepage of the Twilio console."
        ),
    )
    from_phone_number: str = Field(
        default=...,
        description="The valid Twilio phone number to send the message from.",
        examples=["18001234567"],
    )
    to_phone_numbers: list[str] = Field(
        default=...,
        description="A list of valid Twilio phone number(s) to send the message to.",
        examples=['["18004242424", "18004242425"]'],
    )

    def _target(self) -> Any:
        return _apprise.service(
            "twilio",
            account_sid=self.account_sid,
            auth_token=self.auth_token.get_secret_value(),
            source=self.from_phone_number,
            targets=self.to_phone_numbers,
        )


class OpsgenieWebhook(AbstractAppriseNotificationBlock):
    """
    Enables sending notifications via a provided Opsgenie webhook.

    Examples:
        Load a saved Opsgenie webhook and send a message:
        ```python
        from prefect.blocks.notifications import OpsgenieWebhook
        opsgenie_webhook_block = OpsgenieWebhook.load("BLOCK_NAME")
        opsgenie_webhook_block.notify("Hello from Prefect!")
        ```
    """

    _block_type_name = "Opsgenie Webhook"
    _block_type_slug = "opsgenie-webhook"
    _logo_url = f"{LOGOS}/opsgenie.png"
    _documentation_url = _DOCUMENTATION

    apikey: SecretStr = Field(
        default=..., title="API Key", description="The API Key associated with your Opsgenie account."
    )
    target_user: list[str] | None = Field(default=None, description="The user(s) you wish to notify.")
    target_team: list[str] | None = Field(default=None, description="The team(s) you wish to notify.")
    target_schedule: list[str] | None = Field(default=None, description="The schedule(s) you wish to notify.")
    target_escalation: list[str] | None = Field(
        default=None, description="The escalation(s) you wish to notify."
    )
    region_name: Literal["us", "eu"] = Field(default="us", description="The 2-character region code.")
    batch: bool = Field(default=False, description="Notify all targets in batches (instead of individually).")
    tags: list[str] | None = Field(
        default=None,
        description="A comma-separated list of tags you can associate with your Opsgenie message.",
        examples=['["tag1", "tag2"]'],
    )
    priority: int | None = Field(
        default=3,
        description=(
            "The priority to associate with the message. It is on a scale between 1 (LOW) and 5 (EMERGENCY)."
        ),
    )
    alias: str | None = Field(default=None, description="The alias to associate with the message.")
    entity: str | None = Field(default=None, description="The entity to associate with the message.")
    details: dict[str, str] | None = Field(
        default=None,
        description="Additional details composed of key/values pairs.",
        examples=['{"key1": "value1", "key2": "value2"}'],
    )

    def _target(self) -> Any:
        marked = (
            ("@", self.target_user),
            ("#", self.target_team),
            ("*", self.target_schedule),
            ("^", self.target_escalation),
        )
        return _apprise.service(
            "opsgenie",
            apikey=self.apikey.get_secret_value(),
            targets=[f"{mark}{name}" for mark, names in marked for name in names or ()],
            region_name=self.region_name,
            details=self.details,
            priority=self.priority,
            alias=self.alias,
            entity=self.entity,
            batch=self.batch,
            tags=self.tags,
        )


class MattermostWebhook(AbstractAppriseNotificationBlock):
    """
    Enables sending notifications via a provided Mattermost webhook.

    Examples:
        Load a saved Mattermost webhook and send a message:
        ```python
        from prefect.blocks.notifications import MattermostWebhook

        mattermost_webhook_block = MattermostWebhook.load("BLOCK_NAME")

        mattermost_webhook_block.notify("Hello from Prefect!")
        ```
    """

    _block_type_name = "Mattermost Webhook"
    _block_type_slug = "mattermost-webhook"
    _logo_url = f"{LOGOS}/mattermost.png"
    _documentation_url = _DOCUMENTATION

    hostname: str = Field(
        default=...,
        description="The hostname of your Mattermost server.",
        examples=["Mattermost.example.com"],
    )
    secure: bool = Field(default=False, description="Whether to use secure https connection.")
    token: SecretStr = Field(default=..., description="The token associated with your Mattermost webhook.")
    botname: str | None = Field(
        default=None, title="Bot name", description="The name of the bot that will send the message."
    )
    channels: list[str] | None = Field(default=None, description="The channel(s) you wish to notify.")
    include_image: bool = Field(
        default=False, description="Whether to include the Apprise status image in the message."
    )
    path: str | None = Field(
        default=None, description="An optional sub-path specification to append to the hostname."
    )
    port: int = Field(default=8065, description="The port of your Mattermost server.")

    def _target(self) -> Any:
        return _apprise.service(
            "mmost",
            token=self.token.get_secret_value(),
            fullpath=self.path,
            host=self.hostname,
            user=self.botname,
            targets=self.channels,
            include_image=self.include_image,
            port=self.port,
            secure=self.secure,
        )


class DiscordWebhook(AbstractAppriseNotificationBlock):
    """
    Enables sending notifications via a provided Discord webhook.

    Examples:
        Load a saved Discord webhook and send a message:
        ```python
        from prefect.blocks.notifications import DiscordWebhook

        discord_webhook_block = DiscordWebhook.load("BLOCK_NAME")

        discord_webhook_block.notify("Hello from Prefect!")
        ```
    """

    _block_type_name = "Discord Webhook"
    _block_type_slug = "discord-webhook"
    _logo_url = f"{LOGOS}/discord.png"
    _documentation_url = _DOCUMENTATION

    webhook_id: SecretStr = Field(
        default=...,
        description="The first part of 2 tokens provided to you after creating a incoming-webhook.",
    )
    webhook_token: SecretStr = Field(
        default=...,
        description="The second part of 2 tokens provided to you after creating a incoming-webhook.",
    )
    botname: str | None = Field(
        default=None,
        title="Bot name",
        description=(
            "Identify the name of the bot that should issue the message. If one isn't specified then the"
            " default is to just use your account (associated with the incoming-webhook)."
        ),
    )
    tts: bool = Field(default=False, description="Whether to enable Text-To-Speech.")
    include_image: bool = Field(
        default=False,
        description=(
            "Whether to include an image in-line with the message describing the notification type."
        ),
    )
    avatar: bool = Field(default=False, description="Whether to override the default discord avatar icon.")
    avatar_url: str | None = Field(
        default=None,
        title="Avatar URL",
        description=(
            "Over-ride the default discord avatar icon URL. By default this is not set and Apprise chooses"
            " the URL dynamically based on the type of message (info, success, warning, or error)."
        ),
    )

    def _target(self) -> Any:
        return _apprise.service(
            "discord",
            webhook_id=self.webhook_id.get_secret_value(),
            webhook_token=self.webhook_token.get_secret_value(),
            user=self.botname,
            tts=self.tts,
            include_image=self.include_image,
            avatar=self.avatar,
            avatar_url=self.avatar_url,
        )


class CustomWebhookNotificationBlock(NotificationBlock):
    """
    Enables sending notifications via any custom webhook.

    All nested string param contains `{{key}}` will be substituted with value from context/secrets.

    Context values include: `subject`, `body` and `name`.

    Examples:
        Load a saved custom webhook and send a message:
        ```python
        from prefect.blocks.notifications import CustomWebhookNotificationBlock

        custom_webhook_block = CustomWebhookNotificationBlock.load("BLOCK_NAME")

        custom_webhook_block.notify("Hello from Prefect!")
        ```
    """

    _block_type_name = "Custom Webhook"
    _logo_url = f"{LOGOS}/webhook.png"
    _documentation_url = _DOCUMENTATION

    name: str = Field(title="Name", description="Name of the webhook.")
    url: str = Field(
        title="Webhook URL", description="The webhook URL.", examples=["https://hooks.slack.com/XXX"]
    )
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field(
        default="POST", description="The webhook request method. Defaults to `POST`."
    )
    params: dict[str, str] | None = Field(
        default=None, title="Query Params", description="Custom query params."
    )
    json_data: dict[str, Any] | None = Field(
        default=None,
        title="JSON Data",
        description="Send json data as payload.",
        examples=['{"text": "{{subject}}\\n{{body}}", "title": "{{name}}", "token": "{{tokenFromSecrets}}"}'],
    )
    form_data: dict[str, str] | str | None = Field(
        default=None,
        title="Form Data",
        description=(
            "Send form data as payload. Should not be used together with _JSON Data_. Can be a dictionary for"
            " form-encoded data or a string for raw body content."
        ),
        examples=['{"text": "{{subject}}\\n{{body}}", "title": "{{name}}", "token": "{{tokenFromSecrets}}"}'],
    )
    headers: dict[str, str] | None = Field(default=None, description="Custom headers.")
    cookies: dict[str, str] | None = Field(default=None, description="Custom cookies.")
    timeout: float = Field(default=10, description="Request timeout in seconds. Defaults to 10.")
    allow_private_urls: bool = Field(
        default=True, description="Whether to allow notifications to private URLs. Defaults to True."
    )
    secrets: SecretDict = Field(
        default_factory=lambda: SecretDict(dict[str, Any]()),
        title="Custom Secret Values",
        description="A dictionary of secret values to be substituted in other configs.",
        examples=['{"tokenFromSecrets":"SomeSecretToken"}'],
    )

    def block_initialization(self) -> None:
        """Check that what is sent can be sent."""
        if self.json_data is not None and self.form_data is not None:
            raise ValueError("both `Form Data` and `JSON Data` provided: a request has one body")
        known = {*self.secrets.get_secret_value(), "subject", "body", "name"}
        for placeholder in find_placeholders(self._template()):
            if placeholder.name.split(".", 1)[0] not in known:
                raise KeyError(f"{placeholder.name}: there is no such value, nor a secret of that name")

    def _template(self) -> dict[str, Any]:
        return {
            "url": self.url,
            "params": self.params,
            "data" if not isinstance(self.form_data, str) else "content": self.form_data,
            "json": self.json_data,
            "headers": self.headers,
            "cookies": self.cookies,
        }

    def _request(self, body: str, subject: str | None) -> dict[str, Any]:
        values = {
            **self.secrets.get_secret_value(),
            "subject": "" if subject is None else subject,
            "body": body,
            "name": self.name,
        }
        filled = cast("dict[str, Any]", apply_values(self._template(), values))
        # secrets in the address or the payload are filled in, too, so the whole is a secret from here on
        return {
            "method": self.method,
            "timeout": self.timeout,
            **{key: value for key, value in filled.items() if value is not None},
        }

    async def anotify(self, body: str, subject: str | None = None) -> None:
        """Send a message; raises if the service refuses it."""
        request = self._request(body, subject)
        cookies = request.pop("cookies", None)
        transport = None if self.allow_private_urls else SSRFProtectedAsyncHTTPTransport()
        if not self.allow_private_urls:
            validate_restricted_url(request["url"])
        async with httpx.AsyncClient(cookies=cookies, transport=transport) as client:
            (await client.request(**request)).raise_for_status()

    @async_dispatch(anotify)
    def notify(self, body: str, subject: str | None = None) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Send a message; raises if the service refuses it."""
        request = self._request(body, subject)
        cookies = request.pop("cookies", None)
        transport = None if self.allow_private_urls else SSRFProtectedHTTPTransport()
        if not self.allow_private_urls:
            validate_restricted_url(request["url"])
        with httpx.Client(cookies=cookies, transport=transport) as client:
            client.request(**request).raise_for_status()


class SendgridEmail(AbstractAppriseNotificationBlock):
    """
    Enables sending notifications via Sendgrid email service.

    Examples:
        Load a saved Sendgrid and send a email message:
        ```python
        from prefect.blocks.notifications import SendgridEmail

        sendgrid_block = SendgridEmail.load("BLOCK_NAME")

        sendgrid_block.notify("Hello from Prefect!")
        ```
    """

    _block_type_name = "Sendgrid Email"
    _block_type_slug = "sendgrid-email"
    _logo_url = f"{LOGOS}/email.png"
    _documentation_url = _DOCUMENTATION

    api_key: SecretStr = Field(
        default=..., title="API Key", description="The API Key associated with your sendgrid account."
    )
    sender_email: str = Field(
        title="Sender email id", description="The sender email id.", examples=["test-support@gmail.com"]
    )
    to_emails: list[str] = Field(
        default=...,
        title="Recipient emails",
        description="Email ids of all recipients.",
        examples=['["recipient1@gmail.com", "recipient2@gmail.com"]'],
    )

    def _target(self) -> Any:
        return _apprise.service(
            "sendgrid",
            apikey=self.api_key.get_secret_value(),
            from_email=self.sender_email,
            targets=self.to_emails,
        )

    async def anotify(self, body: str, subject: str | None = None) -> None:
        """Send a mail."""
        await in_thread(self._send, body, subject)

    @async_dispatch(anotify)
    def notify(self, body: str, subject: str | None = None) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Send a mail."""
        self._send(body, subject)
