"""Why a flow run is not running."""

from __future__ import annotations

from uuid import UUID

from prefect._wire.common import DateTime, PrefectBaseModel


class WhyReason(PrefectBaseModel):
    """One reason: a word for programs, a sentence for people, and since and until when it holds."""

    code: str
    text: str
    since: DateTime | None = None
    until: DateTime | None = None


class Why(PrefectBaseModel):
    """The reasons, the one that matters most first; `summary` is its sentence."""

    flow_run_id: UUID
    summary: str
    reasons: list[WhyReason]
