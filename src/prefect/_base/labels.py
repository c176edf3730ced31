"""Labels of resources, and the specifications that select resources by them, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

RESOURCE_ID = "prefect.resource.id"
RESOURCE_NAME = "prefect.resource.name"
RESOURCE_ROLE = "prefect.resource.role"

Labels = Mapping[str, str]
Spec = Mapping[str, str | Sequence[str]]


def matches(expected: str, value: str | None) -> bool:
    """Whether a label's value is what is expected: the text itself, or with ``*`` at its end a beginning.

    With ``!`` before it, it must be anything else. A label that is not there matches nothing.
    """
    if value is None:
        return False
    wanted = expected.removeprefix("!")
    found = value.startswith(wanted[:-1]) if wanted.endswith("*") else value == wanted
    return found != expected.startswith("!")


def listed(values: str | Sequence[str]) -> Sequence[str]:
    return [values] if isinstance(values, str) else values


def fits(spec: Spec, labels: Labels) -> bool:
    """Whether `labels` have for each label of `spec` one of its values."""
    return all(
        any(matches(expected, labels.get(label)) for expected in listed(values))
        for label, values in spec.items()
    )


def is_everything(spec: Spec) -> bool:
    """Whether any resource fits: nothing is asked for, or no more than some id."""
    if not spec:
        return True
    return len(spec) == 1 and "*" in listed(spec.get(RESOURCE_ID, ()))


def fits_any(spec: Spec, resources: Iterable[Labels]) -> bool:
    """Whether one of the resources fits; a specification of everything is content with none at all."""
    return is_everything(spec) or any(fits(spec, labels) for labels in resources)


def find(label: str, resource: Labels, related: Iterable[Labels]) -> str | None:
    """The value of a label of an event: of its resource, or ``related:<role>:<label>`` of a related one."""
    if not label.startswith("related:"):
        return resource.get(label)
    _, _, rest = label.partition(":")
    role, _, name = rest.partition(":")
    for each in related:
        if each.get(RESOURCE_ROLE) == role and name in each:
            return each[name]
    return None
