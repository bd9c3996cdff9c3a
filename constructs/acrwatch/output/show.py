"""Brings a result to where it was wanted: standard output, or a file that is whole or not there."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from acrwatch.errors import InputError
from acrwatch.output.result import Format, ReportFormat, Result, SuiteResult


def show(result: Result, format_: Format, output: Path | None) -> None:
    """Write a result.

    Args:
        result: what is shown.
        format_: in which form.
        output: a file. Default: standard output.

    Raises:
        InputError: the file cannot be written.
    """
    if format_ is Format.JSON:
        from acrwatch.output.json import as_json

        show_text(as_json(result), output)
    else:
        from acrwatch.output.table import as_table

        show_text(as_table(result, terminal=output is None and sys.stdout.isatty()), output)


def show_tests(result: SuiteResult, format_: ReportFormat, output: Path | None) -> None:
    """Write the result of a command that tests something.

    Args:
        result: what is shown.
        format_: in which form.
        output: a file. Default: standard output.

    Raises:
        InputError: the file cannot be written.
    """
    if format_ is ReportFormat.JUNIT:
        from acrwatch.output.junit import as_junit

        show_text(as_junit(result.tests()), output)
    else:
        show(result, Format(format_.value), output)


def show_text(text: str, output: Path | None) -> None:
    """Write a text.

    Args:
        text: what is shown.
        output: a file. Default: standard output.

    Raises:
        InputError: the file cannot be written.
    """
    if output is None:
        _print(text)
    else:
        write_whole(output, text)


def _print(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    try:
        # A console of an old code page has no lines and arrows; what it lacks is shown by number.
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read it has seen enough, as `head` does. The rest goes nowhere, and the exit code stays what it is.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        raise InputError(f"standard output cannot be written: {error.strerror}") from None


def write_whole(file: Path, text: str) -> None:
    """Write a file so that it is never half there.

    Args:
        file: where to. Behind a link it is what the link leads to; a device or a pipe is written to and stays.
        text: its content.

    Raises:
        InputError: it cannot be written.
    """
    partial = None
    try:
        if file.exists() and not file.is_file() and not file.is_dir():
            # To put a file in its place would take /dev/null or /dev/stdout away from everybody.
            file.write_text(text, encoding="utf-8")
            return
        target = Path(os.path.realpath(file))
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=target.parent, prefix=f".{target.name}.", delete=False
        ) as opened:
            partial = Path(opened.name)
            opened.write(text)
        partial.chmod(0o666 & ~_umask())
        partial.replace(target)
    except BrokenPipeError:
        # Whoever read the pipe has seen enough.
        return
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from None
    finally:
        # Gone already, unless something failed.
        if partial is not None:
            partial.unlink(missing_ok=True)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
