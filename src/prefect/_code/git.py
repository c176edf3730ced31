"""Code in a Git repository: cloned, and brought up to date."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from prefect._code import credentials as logins
from prefect.logging.loggers import get_logger

_COMMIT = re.compile(r"[0-9a-fA-F]{4,64}")


class GitRepository:
    """Code in a Git repository.

    >>> GitRepository("https://github.com/org/repo.git", branch="main", credentials=Secret.load("token"))

    :param url: what ``git clone`` takes
    :param credentials: a saved block, or a dictionary with `access_token` and maybe `username`
    :param name: the directory that it is cloned to; by default the name of the repository and the branch
    :param branch: a branch or tag; by default what the server offers
    :param commit_sha: a commit, whole or its beginning, instead of a branch
    :param include_submodules: clone them too
    :param pull_interval: seconds between pulls while flows are served from it, None for never again
    :param directories: clone no more than these
    """

    def __init__(
        self,
        url: str,
        credentials: Any = None,
        name: str | None = None,
        branch: str | None = None,
        commit_sha: str | None = None,
        include_submodules: bool = False,
        pull_interval: int | None = 60,
        directories: list[str] | None = None,
    ) -> None:
        if branch and commit_sha:
            raise ValueError("Cannot provide both a branch and a commit SHA. Please provide only one.")
        if commit_sha is not None and not _COMMIT.fullmatch(commit_sha):
            raise ValueError(
                f"Invalid commit SHA: {commit_sha!r}. Expected 4 to 64 hexadecimal digits; "
                "pass a branch or a tag as `branch`."
            )
        logins.require_complete(credentials)
        self._url = url
        self._credentials = credentials
        self._branch = branch
        self._commit_sha = commit_sha
        self._include_submodules = include_submodules
        self._pull_interval = pull_interval
        self._directories = directories
        self._name = name or _default_name(url, branch)
        self._base_path = Path.cwd()
        self._logger = get_logger(f"runner.storage.git-repository.{self._name}")

    @property
    def destination(self) -> Path:
        """The directory of the clone."""
        return self._base_path / self._name

    def set_base_path(self, path: Path) -> None:
        """Clone below `path`; by default below the working directory."""
        self._base_path = path

    @property
    def pull_interval(self) -> int | None:
        return self._pull_interval

    async def is_sparsely_checked_out(self) -> bool:
        """Whether the clone has some directories only."""
        code, out = await self._try("config", "--get", "core.sparseCheckout")
        return code == 0 and out.strip().lower() == "true"

    async def is_shallow_clone(self) -> bool:
        """Whether the clone lacks earlier commits."""
        return (await self._git("rev-parse", "--is-shallow-repository")).strip() == "true"

    async def is_current_commit(self) -> bool:
        """Whether the clone is at the commit that was asked for; raises `ValueError` if none was."""
        if not self._commit_sha:
            raise ValueError("No commit SHA is given.")
        return (await self._git("rev-parse", "HEAD")).strip().startswith(self._commit_sha.lower())

    async def pull_code(self) -> None:
        """Clone the repository, or bring the clone up to date; what was changed in it is lost.

        Raises `ValueError` if the directory holds a clone of something else, `RuntimeError` if Git fails.
        """
        if not (self.destination / ".git").exists():
            await self._clone()
            return
        found = (await self._git("config", "--get", "remote.origin.url")).strip()
        if found != self._url:
            raise ValueError(
                f"{self.destination} holds a clone of "
                f"{logins.hidden(found, found)}, not of {self._shown}; "
                "give this storage another `name`, or remove the directory."
            )
        await self._update()

    async def _clone(self) -> None:
        self._logger.debug("Cloning %s", self._shown)
        self.destination.parent.mkdir(parents=True, exist_ok=True)
        # into a neighbour first, so that nobody sees half a clone
        place = Path(tempfile.mkdtemp(prefix=f".{self._name}-", dir=self.destination.parent))
        try:
            await self._git("clone", *self._clone_options(), "--", self._url, str(place), cwd=place.parent)
            if self._directories:
                await self._git("sparse-checkout", "set", *self._directories, cwd=place)
            if self._commit_sha:
                await self._git("checkout", "--quiet", "--detach", self._commit_sha, cwd=place)
            if self._include_submodules:
                await self._submodules(place)
            shutil.rmtree(self.destination, ignore_errors=True)
            place.replace(self.destination)
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def _clone_options(self) -> list[str]:
        options = ["--quiet"]
        if self._commit_sha:  # only whole names of commits can be asked for one by one
            options.append("--no-checkout")
        else:
            options += ["--depth", "1"]
            if self._branch:
                options += ["--branch", self._branch]
        if self._directories:
            options.append("--sparse")
        return options

    async def _update(self) -> None:
        self._logger.debug("Pulling %s", self._shown)
        if self._directories:
            await self._git("sparse-checkout", "set", *self._directories)
        if self._commit_sha:
            if await self.is_current_commit():
                return
            deepen = ["--unshallow"] if await self.is_shallow_clone() else []
            await self._git("fetch", "--quiet", *deepen, "origin")
            await self._git("checkout", "--quiet", "--force", "--detach", self._commit_sha)
        else:
            await self._git("fetch", "--quiet", "--depth", "1", "origin", self._branch or "HEAD")
            await self._git("reset", "--quiet", "--hard", "FETCH_HEAD")
        if self._include_submodules:
            await self._submodules(self.destination)

    async def _submodules(self, place: Path) -> None:
        await self._git("submodule", "--quiet", "update", "--init", "--recursive", cwd=place)

    @property
    def _shown(self) -> str:
        return logins.hidden(self._url, self._url)

    async def _git(self, *arguments: str, cwd: Path | None = None) -> str:
        code, out = await self._try(*arguments, cwd=cwd)
        if code == 0:
            return out
        told = logins.hidden(out, self._url, self._credentials)
        raise RuntimeError(
            f"`git {arguments[0]}` of {self._shown} failed with exit code {code}: {told.strip()}"
        )

    async def _try(self, *arguments: str, cwd: Path | None = None) -> tuple[int, str]:
        """The exit code of Git and its output, in case of a failure with its errors."""
        try:
            process = await asyncio.create_subprocess_exec(
                "git",
                *arguments,
                cwd=cwd or self.destination,
                env={**os.environ, **logins.environment(self._url, self._credentials)},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        except FileNotFoundError as error:
            if error.filename != "git":
                raise
            raise RuntimeError("Git is not installed here; install it to use a `GitRepository`.") from error
        out, errors = await process.communicate()
        code = process.returncode or 0
        return code, (out if code == 0 else out + errors).decode(errors="replace")

    def to_pull_step(self) -> dict[str, Any]:
        """The step by which a worker clones it; raises `ValueError` for secrets in plain text."""
        step: dict[str, Any] = {"repository": self._url, "branch": self._branch}
        if self._commit_sha:
            step["commit_sha"] = self._commit_sha
        if self._directories:
            step["directories"] = self._directories
        if self._include_submodules:
            step["include_submodules"] = True
        if self._credentials:
            step["credentials"] = logins.by_reference(self._credentials)
        return {"prefect.deployments.steps.git_clone": step}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GitRepository) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[Any, ...]:
        return self._url, self._branch, self._commit_sha, self._name

    def __repr__(self) -> str:
        return f"GitRepository(name={self._name!r} repository={self._shown!r}, branch={self._branch!r})"


def _default_name(url: str, branch: str | None) -> str:
    path = url.rstrip("/").removesuffix(".git")
    name = re.split(r"[/:]", path)[-1]
    return f"{name}-{branch}".replace("/", "-") if branch else name


GitRepository.__module__ = "prefect.runner.storage"
logins.GitCredentials.__module__ = "prefect.runner.storage"
