"""``prefect work-pool storage``: where a work pool keeps bundles of code, and results."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from prefect._base.errors import NotFound
from prefect._cli import client, pools, render, session
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import CommandError

PoolName = Annotated[str, Flag(help="The name of a work pool.")]
Launcher = Annotated[str | None, Flag(help="The program that runs both steps.")]
UploadLauncher = Annotated[str | None, Flag(help="The program that runs the upload.")]
ExecutionLauncher = Annotated[str | None, Flag(help="The program that runs the execution.")]
LauncherArg = Annotated[list[str] | None, Flag(help="One more word for that program.", empty=False)]


class Place(NamedTuple):
    """A kind of storage: what the steps of its package are, and which block keeps results there."""

    title: str
    module: str
    package: str
    container: str
    credentials: str
    credentials_type: str
    result_type: str
    result_fields: tuple[str, str]
    result_data: dict[str, str]


S3 = Place(
    "S3",
    "prefect_aws.experimental.bundles",
    "prefect-aws",
    "bucket",
    "aws_credentials_block_name",
    "aws-credentials",
    "s3-bucket",
    ("bucket_name", "credentials"),
    {"bucket_folder": "results"},
)
GCS = Place(
    "GCS",
    "prefect_gcp.experimental.bundles",
    "prefect-gcp",
    "bucket",
    "gcp_credentials_block_name",
    "gcp-credentials",
    "gcs-bucket",
    ("bucket", "gcp_credentials"),
    {"bucket_folder": "results"},
)
AZURE = Place(
    "Azure Blob Storage",
    "prefect_azure.experimental.bundles",
    "prefect-azure",
    "container",
    "azure_blob_storage_credentials_block_name",
    "azure-blob-storage-credentials",
    "azure-blob-storage-container",
    ("container_name", "credentials"),
    {},
)


def add_to(app: Group) -> None:
    """Put the group ``storage`` into `app`."""
    storage = app.group("storage", "Say where a work pool keeps bundles of code, and results.")
    storage.command("inspect")(inspect)
    configure = storage.group("configure", "Choose a storage for a work pool.")
    configure.command("s3")(s3)
    configure.command("gcs")(gcs)
    configure.command("azure-blob-storage")(azure)


def inspect(work_pool_name: PoolName, *, output: Output = None) -> None:
    """Show the storage of a work pool."""
    as_json = render.wants_json(output)
    found = pools.pool(work_pool_name)["storage_configuration"]
    shown = _described(found)
    if shown is None:
        if as_json:
            render.json_value({})
        else:
            render.line(f"No storage is configured for work pool '{work_pool_name}'.")
        return
    if as_json:
        render.json_value(shown)
        return
    pairs = [
        (f"{step} {key.replace('_', ' ')}", " ".join(value) if isinstance(value, list) else value)
        for step in ("upload", "execution")
        for key, value in shown[step].items()
    ]
    render.fields([("Type", shown["type"]), *pairs])


def _described(configuration: dict[str, Any]) -> dict[str, Any] | None:
    upload = configuration.get("bundle_upload_step") or {}
    execution = configuration.get("bundle_execution_step") or {}
    if not upload and not execution:
        return None
    name = next(iter(upload or execution))
    place = next((each for each in (S3, GCS, AZURE) if name.startswith(each.module)), None)
    return {
        "type": place.title if place is not None else name,
        "upload": next(iter(upload.values()), {}),
        "execution": next(iter(execution.values()), {}),
    }


def s3(
    work_pool_name: PoolName,
    *,
    bucket: Annotated[str | None, Flag(help="The bucket.")] = None,
    aws_credentials_block_name: Annotated[str | None, Flag(help="The block with the credentials.")] = None,
    launcher: Launcher = None,
    launcher_arg: LauncherArg = None,
    upload_launcher: UploadLauncher = None,
    upload_launcher_arg: LauncherArg = None,
    execution_launcher: ExecutionLauncher = None,
    execution_launcher_arg: LauncherArg = None,
) -> None:
    """Keep what a work pool needs in a bucket of S3."""
    up = _words(launcher, launcher_arg, upload_launcher, upload_launcher_arg)
    run = _words(launcher, launcher_arg, execution_launcher, execution_launcher_arg)
    _configure(S3, work_pool_name, bucket, aws_credentials_block_name, up, run)


def gcs(
    work_pool_name: PoolName,
    *,
    bucket: Annotated[str | None, Flag(help="The bucket.")] = None,
    gcp_credentials_block_name: Annotated[str | None, Flag(help="The block with the credentials.")] = None,
    launcher: Launcher = None,
    launcher_arg: LauncherArg = None,
    upload_launcher: UploadLauncher = None,
    upload_launcher_arg: LauncherArg = None,
    execution_launcher: ExecutionLauncher = None,
    execution_launcher_arg: LauncherArg = None,
) -> None:
    """Keep what a work pool needs in a bucket of Google Cloud Storage."""
    up = _words(launcher, launcher_arg, upload_launcher, upload_launcher_arg)
    run = _words(launcher, launcher_arg, execution_launcher, execution_launcher_arg)
    _configure(GCS, work_pool_name, bucket, gcp_credentials_block_name, up, run)


def azure(
    work_pool_name: PoolName,
    *,
    container: Annotated[str | None, Flag(help="The container.")] = None,
    azure_blob_storage_credentials_block_name: Annotated[
        str | None, Flag(help="The block with the credentials.")
    ] = None,
    launcher: Launcher = None,
    launcher_arg: LauncherArg = None,
    upload_launcher: UploadLauncher = None,
    upload_launcher_arg: LauncherArg = None,
    execution_launcher: ExecutionLauncher = None,
    execution_launcher_arg: LauncherArg = None,
) -> None:
    """Keep what a work pool needs in a container of Azure Blob Storage."""
    up = _words(launcher, launcher_arg, upload_launcher, upload_launcher_arg)
    run = _words(launcher, launcher_arg, execution_launcher, execution_launcher_arg)
    _configure(AZURE, work_pool_name, container, azure_blob_storage_credentials_block_name, up, run)


def _words(
    shared: str | None, shared_words: list[str] | None, own: str | None, own_words: list[str] | None
) -> list[str]:
    """The program of one step with its words: its own program, or the shared one with both lists of words."""
    if own is not None:
        return [own, *(own_words or [])]
    if shared is None:
        if shared_words or own_words:
            raise CommandError("Words for a launcher need the launcher: give --launcher.")
        return []
    return [shared, *(shared_words or []), *(own_words or [])]


def _configure(
    place: Place, name: str, container: str | None, credentials: str | None, up: list[str], run: list[str]
) -> None:
    pool = pools.pool(name)
    container = container or _asked(f"Name of the {place.container}", f"--{place.container}")
    option = f"--{place.credentials.replace('_', '-')}"
    credentials = credentials or _asked(f"Name of the {place.credentials_type} block", option)
    document = _credentials(place, credentials)
    given = {place.container: container, place.credentials: credentials}
    configuration = {
        "bundle_upload_step": {f"{place.module}.upload": _step(place, given, up)},
        "bundle_execution_step": {f"{place.module}.execute": _step(place, given, run)},
        "default_result_storage_block_id": _result_block(place, pool["name"], container, document),
    }
    body = client.checked("work_pools.update", {"storage_configuration": configuration})
    client.call("work_pools.update", name=name, body=body)
    render.success(f"Configured {place.title} as the storage of work pool '{name}'.")


def _step(place: Place, given: dict[str, str], launcher: list[str]) -> dict[str, Any]:
    """What a step is given; a launcher of one's own sees to the package itself."""
    return {**given, "launcher": launcher} if launcher else {**given, "requires": place.package}


def _asked(question: str, option: str) -> str:
    if not session.is_interactive():
        raise CommandError(f"{option} is missing.")
    answer = input(f"{question}: ").strip()
    if not answer:
        raise CommandError(f"{option} is missing.")
    return answer


def _credentials(place: Place, name: str) -> dict[str, Any]:
    try:
        return client.call(
            "block_types.read_document_by_name", slug=place.credentials_type, block_document_name=name
        )
    except NotFound:
        raise CommandError(
            f"There is no block '{place.credentials_type}/{name}'."
            f" 'prefect block register -m {place.package.replace('-', '_')}' makes the type known,"
            f" 'prefect block create {place.credentials_type}' says where to fill in one."
        ) from None


def _result_block(place: Place, pool: str, container: str, credentials: dict[str, Any]) -> str:
    """The id of the block that keeps the results of the pool's runs, created or changed."""
    name = f"default-{pool}-result-storage"
    container_field, credentials_field = place.result_fields
    data = {
        container_field: container,
        credentials_field: {"$ref": {"block_document_id": credentials["id"]}},
        **place.result_data,
    }
    try:
        found = client.call(
            "block_types.read_document_by_name", slug=place.result_type, block_document_name=name
        )
    except NotFound:
        return _created_block(place, name, data)
    client.call("block_documents.update", id=found["id"], body={"data": data, "merge_existing_data": True})
    return found["id"]


def _created_block(place: Place, name: str, data: dict[str, Any]) -> str:
    try:
        kind = client.call("block_types.read_by_slug", slug=place.result_type)
    except NotFound:
        raise CommandError(
            f"The block type '{place.result_type}' is not known here."
            f" 'prefect block register -m {place.package.replace('-', '_')}' makes it known."
        ) from None
    schemas = client.call(
        "block_schemas.filter", body={"block_schemas": {"block_type_id": {"any_": [kind["id"]]}}, "limit": 1}
    )
    if not schemas:
        raise CommandError(f"The block type '{place.result_type}' has no schema; register it again.")
    body = client.checked(
        "block_documents.create",
        {"name": name, "data": data, "block_schema_id": schemas[0]["id"], "block_type_id": kind["id"]},
    )
    return client.call("block_documents.create", body=body)["id"]
