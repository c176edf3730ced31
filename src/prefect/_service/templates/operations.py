"""Operations on templates."""

from prefect._service.automations.operations import validate_template as validate

__all__ = ["validate"]
