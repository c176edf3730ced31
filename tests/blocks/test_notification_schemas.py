"""The schemas of the blocks that notify: stored documents of other makes refer to their checksums."""

from __future__ import annotations

import pytest

from prefect.blocks import notifications, redis, webhook
from prefect.blocks.core import Block

RECORDED: dict[type[Block], str] = {
    notifications.AppriseNotificationBlock: (
        "1b7d7c07439749af127bf7d4e6feafa7cfbf0f386af4c4ce1153c0f01c381e79"
    ),
    notifications.CustomWebhookNotificationBlock: (
        "69076241f2b9959ae97554957a22ec428886b46f6ed4732af160e117d487c0cf"
    ),
    notifications.DiscordWebhook: "b3ea94c0ce1573b22c0e7bf2457f5f52a210327e0f7be05c74970a246304b1e2",
    notifications.MattermostWebhook: "34daad1160b59fb6d5c8fc59d09abb2cbf9c2283b7b9f6a76cbaad827002d14c",
    notifications.MicrosoftTeamsWebhook: "213ff858fcad8ecddb90a120636c5461fc8ad6fb2877188c9e79f07e6c390c7c",
    notifications.OpsgenieWebhook: "c9d307a75b69d82460134069d071804fefde0ec2c2b9aed67c90201fee041755",
    notifications.PagerDutyWebHook: "78ccfd9313655493e834f59f515865f3160bd395b6003d6e664fefd1a6f49c86",
    notifications.SendgridEmail: "b67583d3b7ce215cd84a58ba42bb8936294cc1417ff3fe54d0fb08447932c6f2",
    notifications.SlackWebhook: "415bae7e5906d98e387f8848ccdfd3f3b9cdf01624f08ca228709e1193ac005f",
    notifications.TwilioSMS: "2ab73fedd20ff1c25ffcc47f5b4a7a86c70c307321af1262f9d03defba5c8cc6",
    redis.RedisStorageContainer: "0b52fdc75627a6f204912189c7fb840d931fa158a07ec4e62cbd89d663d9732b",
    webhook.Webhook: "58bb03f0d84592252ad568ed9a8c899792ae5d0ad2dd4a2428e99674f9050cf1",
}


@pytest.mark.parametrize("cls", RECORDED, ids=lambda cls: cls.__name__)
def test_recorded_checksums(cls: type[Block]) -> None:
    assert cls._calculate_schema_checksum() == f"sha256:{RECORDED[cls]}"
