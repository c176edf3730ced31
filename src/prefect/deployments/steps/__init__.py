"""Steps of ``prefect.yaml``: how images are built and pushed, and how code is brought to where it runs."""

from prefect.deployments.steps.core import run_step
from prefect.deployments.steps.pull import (
    agit_clone,
    git_clone,
    pull_from_remote_storage,
    pull_with_block,
    set_working_directory,
)
from prefect.deployments.steps.utility import pip_install_requirements, run_shell_script

__all__ = [
    "agit_clone",
    "git_clone",
    "pip_install_requirements",
    "pull_from_remote_storage",
    "pull_with_block",
    "run_shell_script",
    "run_step",
    "set_working_directory",
]
