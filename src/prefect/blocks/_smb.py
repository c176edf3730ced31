"""Files on a share of the SMB protocol."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from pydantic import Field, SecretStr

from prefect._base.dispatch import async_dispatch
from prefect.blocks._remote_files import RemoteFileSystem
from prefect.blocks._storage import DOCUMENTATION, LOGOS, WritableDeploymentStorage, WritableFileSystem

_SMB_PORT = 445


class SMB(WritableFileSystem, WritableDeploymentStorage):
    """
    Store data as a file on a SMB share.

    Example:
        Load stored SMB config:

        ```python
        from prefect.filesystems import SMB
        smb_block = SMB.load("BLOCK_NAME")
        ```
    """

    _block_type_name = "SMB"
    _logo_url = f"{LOGOS}/smb.png"
    _documentation_url = DOCUMENTATION

    share_path: str = Field(
        default=...,
        description="SMB target (requires <SHARE>, followed by <PATH>).",
        examples=["/SHARE/dir/subdir"],
    )
    smb_username: SecretStr | None = Field(
        default=None, title="SMB Username", description="Username with access to the target SMB SHARE."
    )
    smb_password: SecretStr | None = Field(
        default=None, title="SMB Password", description="Password for SMB access."
    )
    smb_host: str = Field(default=..., title="SMB server/hostname", description="SMB server/hostname.")
    smb_port: int | None = Field(default=None, title="SMB port", description="SMB port (default: 445).")

    @property
    def basepath(self) -> str:
        """The address of the share."""
        return f"smb://{self.smb_host.rstrip('/')}/{self.share_path.lstrip('/')}"

    @cached_property
    def filesystem(self) -> RemoteFileSystem:
        """The share as a remote file system."""
        settings: dict[str, Any] = {"host": self.smb_host, "port": self.smb_port or _SMB_PORT}
        if self.smb_username:
            settings["username"] = self.smb_username.get_secret_value()
        if self.smb_password:
            settings["password"] = self.smb_password.get_secret_value()
        return RemoteFileSystem(basepath=self.basepath, settings=settings)

    async def aget_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:
        """As :meth:`RemoteFileSystem.get_directory`, awaited."""
        await self.filesystem.aget_directory(from_path=from_path, local_path=local_path)

    @async_dispatch(aget_directory)
    def get_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:
        """As :meth:`RemoteFileSystem.get_directory`."""
        self.filesystem.fetch(from_path, local_path)

    async def aput_directory(
        self, local_path: str | None = None, to_path: str | None = None, ignore_file: str | None = None
    ) -> int:
        """As :meth:`RemoteFileSystem.put_directory`, awaited; files that are there stay."""
        return await self.filesystem.aput_directory(
            local_path=local_path, to_path=to_path, ignore_file=ignore_file, overwrite=False
        )

    @async_dispatch(aput_directory)
    def put_directory(
        self, local_path: str | None = None, to_path: str | None = None, ignore_file: str | None = None
    ) -> int:
        """As :meth:`RemoteFileSystem.put_directory`; files that are there stay."""
        return self.filesystem.put(local_path, to_path, ignore_file, False)

    async def aread_path(self, path: str) -> bytes:
        """As :meth:`RemoteFileSystem.read_path`, awaited."""
        return await self.filesystem.aread_path(path)

    @async_dispatch(aread_path)
    def read_path(self, path: str) -> bytes:
        """As :meth:`RemoteFileSystem.read_path`."""
        return self.filesystem.read(path)

    async def awrite_path(self, path: str, content: bytes) -> str:
        """As :meth:`RemoteFileSystem.write_path`, awaited."""
        return await self.filesystem.awrite_path(path=path, content=content)

    @async_dispatch(awrite_path)
    def write_path(self, path: str, content: bytes) -> str:
        """As :meth:`RemoteFileSystem.write_path`."""
        return self.filesystem.write(path, content)
