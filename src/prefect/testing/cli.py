"""Running the command line inside a test."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import sys
import textwrap
from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING
from unittest import mock

from prefect._cli import main

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "CycloptsCliRunner",
    "CycloptsResult",
    "check_contains",
    "invoke_and_assert",
    "temporary_console_width",
]


class CycloptsResult:
    """What a command line printed, and how it ended."""

    def __init__(self, stdout: str, stderr: str, exit_code: int, exception: BaseException | None) -> None:
        self.stdout = stdout
        self.stderr = stderr
        self.exit_code = exit_code
        self.exception = exception

    @property
    def output(self) -> str:
        """What was printed to the standard output and, below, to the standard error."""
        return self.stdout + self.stderr

    def __repr__(self) -> str:
        return f"<{type(self).__name__} exit_code={self.exit_code}>"


class _Terminal(io.StringIO):
    """Input that somebody types: commands ask their questions."""

    def isatty(self) -> bool:
        return True


class CycloptsCliRunner:
    """Runs command lines in this process. The name is that of the original's framework; none is used here."""

    def invoke(self, args: str | list[str], input: str | None = None) -> CycloptsResult:
        """Run ``prefect <args>``; `input` is what a person would type, and lets commands ask."""
        words = shlex.split(args) if isinstance(args, str) else list(args)
        out, err = io.StringIO(), io.StringIO()
        typed = _Terminal(input) if input is not None else io.StringIO()
        error: BaseException | None = None
        with (
            mock.patch.object(sys, "stdin", typed),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                code = main.run(words)
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
            except BaseException as raised:  # noqa: BLE001 - the caller gets it
                code, error = 1, raised
        return CycloptsResult(out.getvalue(), err.getvalue(), code, error)


def check_contains(cli_result: CycloptsResult, content: str, should_contain: bool) -> None:
    """Fail unless the output holds `content`, or does not, apart from indentation and line ends."""
    wanted = textwrap.dedent(content).strip()
    is_there = wanted in cli_result.output or _flat(wanted) in _flat(cli_result.output)
    if is_there is not should_contain:
        verb = "lacks" if should_contain else "holds"
        raise AssertionError(f"The output {verb}\n{wanted}\n---- output:\n{cli_result.output}")


def _flat(text: str) -> str:
    return " ".join(text.split())


def invoke_and_assert(
    command: str | list[str],
    user_input: str | None = None,
    prompts_and_responses: list[tuple[str, str] | tuple[str, str, str]] | None = None,
    expected_output: str | None = None,
    expected_output_contains: str | Iterable[str] | None = None,
    expected_output_does_not_contain: str | Iterable[str] | None = None,
    expected_line_count: int | None = None,
    expected_code: int | None = 0,
    echo: bool = True,
    temp_dir: str | None = None,
) -> CycloptsResult:
    """Run ``prefect <command>`` and fail unless it does what is expected.

    :param user_input: what a person would type
    :param prompts_and_responses: questions that must be asked, with the answers that are typed, in order
    :param expected_code: the exit code; None for any
    :param echo: print the output, for the report of the test
    :param temp_dir: the working directory of the command
    """
    asked = prompts_and_responses or []
    typed = user_input
    if asked:
        typed = (user_input or "") + "".join(f"{response}\n" for _, response, *_ in asked)
    before = os.getcwd()
    try:
        if temp_dir is not None:
            os.chdir(temp_dir)
        result = CycloptsCliRunner().invoke(command, input=typed)
    finally:
        os.chdir(before)
    if echo:
        print(f"\n---- {shlex.join(command) if isinstance(command, list) else command}\n{result.output}----")
    _check_code(result, expected_code)
    if expected_output is not None:
        assert result.output.strip() == textwrap.dedent(expected_output).strip(), result.output
    for question, *rest in asked:
        check_contains(result, question, True)
        if len(rest) > 1:
            check_contains(result, rest[1], True)
    for content in _texts(expected_output_contains):
        check_contains(result, content, True)
    for content in _texts(expected_output_does_not_contain):
        check_contains(result, content, False)
    if expected_line_count is not None:
        found = len(result.output.splitlines())
        assert found == expected_line_count, f"There are {found} lines, not {expected_line_count}."
    return result


def _check_code(result: CycloptsResult, expected: int | None) -> None:
    if expected is None:
        return
    if result.exception is not None:
        raise AssertionError(f"The command raised {result.exception!r}") from result.exception
    assert result.exit_code == expected, (
        f"The exit code is {result.exit_code}, not {expected}. Output:\n{result.output}"
    )


def _texts(given: str | Iterable[str] | None) -> list[str]:
    if given is None:
        return []
    return [given] if isinstance(given, str) else list(given)


@contextlib.contextmanager
def temporary_console_width(console: Console, width: int) -> Generator[None]:
    """Let a rich console be `width` columns wide for a while."""
    before = console.width
    try:
        console._width = width  # pyright: ignore[reportPrivateUsage]
        yield
    finally:
        console._width = before  # pyright: ignore[reportPrivateUsage]
