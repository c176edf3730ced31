"""The two ways to say where a flow's code is."""

from enum import Enum


class EntrypointType(Enum):
    """A file and a function in it, or a module and a function in it."""

    FILE_PATH = "file_path"
    MODULE_PATH = "module_path"
