"""Beginnings of projects: the ``prefect.yaml`` that `prefect init` writes, by recipes."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from prefect._base.version import __version__
from prefect.utilities.annotations import NotSet
from prefect.utilities.filesystem import create_default_ignore_file
from prefect.utilities.templating import apply_values

__all__ = [
    "configure_project_by_recipe",
    "create_default_ignore_file",
    "create_default_prefect_yaml",
    "get_git_branch",
    "get_git_remote_origin_url",
    "initialize_project",
]

Json = dict[str, Any]
_STEPS = "prefect.deployments.steps"


class Recipe(NamedTuple):
    """How the code of a project gets to workers. `fields` are what it asks for, with the questions."""

    description: str
    fields: Mapping[str, str]
    contents: Json


_DOCKER_FIELDS = {"image_name": "Name of the image", "tag": "Tag of the image"}
_BUILD: list[Json] = [
    {
        "prefect_docker.deployments.steps.build_docker_image": {
            "id": "build-image",
            "requires": "prefect-docker>=0.6",
            "image_name": "{{ image_name }}",
            "tag": "{{ tag }}",
            "dockerfile": "auto",
        }
    }
]
_PUSH: list[Json] = [
    {
        "prefect_docker.deployments.steps.push_docker_image": {
            "requires": "prefect-docker>=0.6",
            "image_name": "{{ build-image.image_name }}",
            "tag": "{{ build-image.tag }}",
        }
    }
]
_CLONE: list[Json] = [
    {f"{_STEPS}.git_clone": {"id": "clone", "repository": "{{ repository }}", "branch": "{{ branch }}"}}
]


def _bucket(what: str, package: str, name: str, field: str) -> Recipe:
    """A recipe for a store of objects, to which the code is copied when it is deployed."""
    module = f"{package.replace('-', '_')}.deployments.steps"
    inputs = {"id": "push-code", "requires": package, field: "{{ " + field + " }}", "folder": "{{ folder }}"}
    pull = {"id": "pull-code", "requires": package, field: "{{ push-code." + field + " }}"}
    return Recipe(
        f"from {what}",
        {field: f"Name of the {field}", "folder": "Folder in it"},
        {
            "push": [{f"{module}.push_to_{name}": inputs}],
            "pull": [{f"{module}.pull_from_{name}": {**pull, "folder": "{{ push-code.folder }}"}}],
        },
    )


def _in_image(bucket: Recipe) -> Recipe:
    """A recipe whose runs have an image, and the code of a bucket."""
    contents: Json = {
        "build": _BUILD,
        "push": [*_PUSH, *bucket.contents["push"]],
        "pull": bucket.contents["pull"],
    }
    return Recipe(f"{bucket.description}, in an image", {**_DOCKER_FIELDS, **bucket.fields}, contents)


_BUCKETS: Mapping[str, Recipe] = {
    "s3": _bucket("a bucket of S3", "prefect-aws", "s3", "bucket"),
    "gcs": _bucket("a bucket of Google Cloud Storage", "prefect-gcp", "gcs", "bucket"),
    "azure": _bucket("a container of Azure Blob Storage", "prefect-azure", "azure_blob_storage", "container"),
}
RECIPES: Mapping[str, Recipe] = {
    "local": Recipe(
        "from this directory, on this machine",
        {},
        {"pull": [{f"{_STEPS}.set_working_directory": {"directory": "{{ directory }}"}}]},
    ),
    "git": Recipe(
        "from a Git repository",
        {"repository": "Address of the repository", "branch": "Branch"},
        {"pull": _CLONE},
    ),
    "docker": Recipe(
        "in an image that is built with it",
        _DOCKER_FIELDS,
        {
            "build": _BUILD,
            "push": _PUSH,
            "pull": [{f"{_STEPS}.set_working_directory": {"directory": "/opt/prefect/{{ name }}"}}],
        },
    ),
    "docker-git": Recipe(
        "from a Git repository, in an image that is built for it",
        {**_DOCKER_FIELDS, "repository": "Address of the repository", "branch": "Branch"},
        {"build": _BUILD, "push": _PUSH, "pull": _CLONE},
    ),
    **_BUCKETS,
    **{f"docker-{name}": _in_image(bucket) for name, bucket in _BUCKETS.items()},
}


def fields_of(recipe: str) -> Mapping[str, str]:
    """What a recipe asks for that cannot be found out here. Raises `ValueError` if there is none."""
    known = _known()
    return {field: question for field, question in _recipe(recipe).fields.items() if field not in known}


def configure_project_by_recipe(recipe: str, **formatting_kwargs: Any) -> Any:
    """The contents of a ``prefect.yaml`` by a recipe, with the given values in it.

    Placeholders without a value stay. Raises `ValueError` if there is no such recipe.
    """
    found = apply_values(_recipe(recipe).contents, formatting_kwargs, remove_notset=False)
    return NotSet if found is None else found


def initialize_project(
    name: str | None = None, recipe: str | None = None, inputs: Json | None = None
) -> list[str]:
    """Begin a project in the working directory; the names of the files that were written.

    Without a recipe it is ``git`` in a repository with a remote, else ``local``. What is there stays.
    """
    directory = Path.cwd()
    title = name or directory.name
    known = _known()
    recipe = recipe or ("git" if "repository" in known else "local")
    values = {"name": title, "directory": str(directory), **known, **(inputs or {})}
    contents = configure_project_by_recipe(recipe, **values)
    written: list[str] = []
    if create_default_ignore_file("."):
        written.append(".prefectignore")
    if create_default_prefect_yaml(".", name=title, contents=contents):
        written.append("prefect.yaml")
    return written


def create_default_prefect_yaml(path: str, name: str | None = None, contents: Json | None = None) -> bool:
    """Write a ``prefect.yaml`` into a directory, unless there is one; tells whether it was written."""
    from prefect._fleet.deploying import document

    file = Path(path) / "prefect.yaml"
    if file.exists():
        return False
    given = contents or {}
    whole: Json = {
        "name": name or Path(path).resolve().name,
        "prefect-version": __version__,
        "build": given.get("build"),
        "push": given.get("push"),
        "pull": given.get("pull"),
        "deployments": given.get("deployments")
        or [
            {
                "name": None,
                "version": None,
                "tags": [],
                "description": None,
                "schedule": None,
                "entrypoint": None,
                "parameters": {},
                "work_pool": {"name": None, "work_queue_name": None, "job_variables": {}},
            }
        ],
    }
    made = document.empty(file)
    made.data.clear()
    for key, value in whole.items():
        made.data[key] = value
    for key, comment in _COMMENTS.items():
        made.data.yaml_set_comment_before_after_key(key, before=f"\n{comment}")
    made.write()
    return True


_COMMENTS = {
    "name": "What `prefect deploy` does in this directory.",
    "build": "steps that build an image",
    "push": "steps that copy the image or the code to where workers get it",
    "pull": "steps by which a worker gets the code, before each run",
    "deployments": "the deployments; `prefect deploy --all` makes all of them, `-n NAME` one",
}


def get_git_remote_origin_url() -> str | None:
    """The address of the remote ``origin`` of the repository that this is in; None if there is none."""
    return _git("config", "--get", "remote.origin.url")


def get_git_branch() -> str | None:
    """The branch of the repository that this is in; None if there is none."""
    found = _git("rev-parse", "--abbrev-ref", "HEAD")
    return None if found == "HEAD" else found


def _git(*words: str) -> str | None:
    try:
        done = subprocess.run(["git", *words], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return (done.stdout.strip() or None) if done.returncode == 0 else None


def _recipe(name: str) -> Recipe:
    if name not in RECIPES:
        raise ValueError(f"There is no recipe {name!r}; there are {', '.join(sorted(RECIPES))}.")
    return RECIPES[name]


def _known() -> Json:
    """What the repository says that this is in."""
    found = {"repository": get_git_remote_origin_url()}
    if found["repository"] is None:
        return {}
    return {**found, "branch": get_git_branch() or "main"}
