"""``prefect sdk``: a Python module with which deployments are run like functions, with checked arguments."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from prefect._base import lazy
from prefect._cli import client, render
from prefect._cli.command import Flag, Group
from prefect._cli.errors import CommandError

clock: Any = lazy.module("prefect._base.clock")
settings: Any = lazy.module("prefect.settings")
source: Any = lazy.module("prefect._cli.sdk_source")
version: Any = lazy.module("prefect._base.version")

app = Group("sdk", "Make Python modules out of what the API knows.")

Json = dict[str, Any]


@app.command("generate")
def generate(
    *,
    output: Annotated[Path, Flag("--output", "-o", help="The Python file to write.")],
    flow: Annotated[list[str] | None, Flag("--flow", "-f", help="Only deployments of this flow.")] = None,
    deployment: Annotated[
        list[str] | None,
        Flag("--deployment", "-d", help="Only this deployment: its name, or FLOW/DEPLOYMENT."),
    ] = None,
) -> None:
    """Write a Python module that runs deployments, with the types of their parameters."""
    if output.is_dir():
        raise CommandError(f"{output} is a directory. Name a file: --output {output / 'deployments.py'}")
    found = _deployments(flow or [], deployment or [])
    if not found:
        asked = [f"--flow {each}" for each in flow or []] + [
            f"--deployment {each}" for each in deployment or []
        ]
        raise CommandError(
            f"No deployments fit {' '.join(asked)}. 'prefect deployment ls' lists those that exist."
            if asked
            else "There are no deployments. 'prefect deploy' makes one."
        )
    pools = _pools({each.pool for each in found if each.pool is not None})
    about = source.About(
        str(clock.to_iso(clock.system.now_us())),
        version.__version__,
        settings.active()["api.url"],
        output.stem,
    )
    text = source.module(found, pools, about)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{output} cannot be written: {error.strerror}.") from None
    render.success(f"Wrote {output}.")
    render.fields(
        [
            ("Flows", len({each.flow for each in found})),
            ("Deployments", len(found)),
            ("Work pools", len(pools)),
        ]
    )
    render.line(f"\nTo use it:\n\n    from {output.stem} import deployments")
    render.line(f"    deployments.from_name({found[0].name!r}).run(...)")


def _deployments(flows: list[str], names: list[str]) -> list[Any]:
    """What is chosen, by name."""
    body: Json = {"sort": "NAME_ASC"}
    if flows:
        body["flows"] = {"name": {"any_": flows}}
    listed = client.listed("deployments.filter", body, limit=None)
    flow_names = client.named("flows.filter", "flows", (each["flow_id"] for each in listed))
    found = [
        source.Deployment(
            flow=flow_names[each["flow_id"]],
            own_name=each["name"],
            description=each["description"],
            pool=each["work_pool_name"],
            schema=each["parameter_openapi_schema"] or {},
            defaults=each["parameters"] or {},
        )
        for each in listed
    ]
    chosen = [each for each in found if not names or each.own_name in names or each.name in names]
    return sorted(chosen, key=lambda each: each.name)


def _pools(names: set[str]) -> dict[str, Json]:
    """The schemas of the job variables of pools."""
    found: dict[str, Json] = {}
    for name in sorted(names):
        template: Json = client.call("work_pools.read", name=name)["base_job_template"] or {}
        found[name] = template.get("variables") or {}
    return found
