"""Write the catalogue of the block types that come with the package; ``--check`` only says if it is current.

The server installs what the catalogue says, without importing the blocks.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from prefect.blocks.core import Block
from prefect.blocks.notifications import (
    CustomWebhookNotificationBlock,
    DiscordWebhook,
    MattermostWebhook,
    MicrosoftTeamsWebhook,
    OpsgenieWebhook,
    PagerDutyWebHook,
    SendgridEmail,
    SlackWebhook,
    TwilioSMS,
)
from prefect.blocks.system import Secret
from prefect.blocks.webhook import Webhook
from prefect.filesystems import SMB, LocalFileSystem, RemoteFileSystem

CATALOGUE = Path(__file__).parents[1] / "src/prefect/_service/block_types/catalogue.json"
TYPES: tuple[type[Block], ...] = (
    LocalFileSystem,
    RemoteFileSystem,
    Secret,
    SMB,
    CustomWebhookNotificationBlock,
    DiscordWebhook,
    MattermostWebhook,
    MicrosoftTeamsWebhook,
    OpsgenieWebhook,
    PagerDutyWebHook,
    SendgridEmail,
    SlackWebhook,
    TwilioSMS,
    Webhook,
)


def entry(cls: type[Block]) -> dict[str, Any]:
    schema = cls._to_block_schema_create("")
    del schema["block_type_id"]
    return {"type": cls._to_block_type_create(), "schema": schema}


def text() -> str:
    return json.dumps([entry(cls) for cls in TYPES], indent=1) + "\n"


def main() -> int:
    if "--check" not in sys.argv:
        CATALOGUE.write_text(text())
        return 0
    if CATALOGUE.exists() and CATALOGUE.read_text() == text():
        return 0
    print(f"{CATALOGUE} is not current: run tools/make_block_types.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
