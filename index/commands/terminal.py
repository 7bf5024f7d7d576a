"""All that commands print goes through here, so that no text of an article or a file drives the terminal.

Text is cleaned as it is printed; colour is asked for by ``Styled`` and never by escapes in a text. The lint
rules refuse ``print``, and the functions of click that print, everywhere else.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click

from onneshon.index.analysis.control_characters import json_text, visible

__all__ = ["Styled", "clean_usage_errors", "counted", "log_to_stderr", "say", "say_json"]


@dataclass(frozen=True, slots=True)
class Styled:
    """A piece of a line in a colour, where there are colours.

    Attributes:
        text: of the piece.
        fg: name of the colour as click has them.
        bold: whether it is bold.
        dim: whether it is pale.
    """

    text: str
    fg: str | None = None
    bold: bool | None = None
    dim: bool | None = None

    def __bool__(self) -> bool:
        return bool(self.text)


def say(*pieces: str | Styled, indent: str | None = None, err: bool = False) -> None:
    """Print a line.

    Args:
        pieces: of the line, in order.
        indent: what stands before each further line; without it the pieces are one line, whatever breaks
            of lines their texts hold.
        err: print to standard error.
    """
    click.echo("".join(_shown(piece, indent) for piece in pieces), err=err)  # noqa: TID251  # the one place


def counted(number: int, noun: str) -> str:
    """So many of something, which is one of it for 1 and has an s for all others."""
    return f"{number:,} {noun}{'s' if number != 1 else ''}"


def say_json(values: Any, *, indent: int | None = 2) -> None:
    """Print a value as JSON."""
    click.echo(json_text(values, indent=indent))  # noqa: TID251  # the one place


def _shown(piece: str | Styled, indent: str | None) -> str:
    text = visible(piece.text if isinstance(piece, Styled) else piece)
    text = text.replace("\n", "\N{REPLACEMENT CHARACTER}" if indent is None else f"\n{indent}")
    if isinstance(piece, Styled):
        return click.style(text, fg=piece.fg, bold=piece.bold, dim=piece.dim)  # noqa: TID251  # the one place
    return text


@contextmanager
def clean_usage_errors() -> Iterator[None]:
    """Clean the messages in which click quotes the command line, which it prints itself."""
    try:
        yield
    except click.UsageError as error:
        message = error.format_message()
        if visible(message) == message:
            raise
        raise click.UsageError(visible(message), ctx=error.ctx) from error
    except click.ClickException as error:
        raise click.ClickException(visible(error.format_message())) from error


class _Cleaned(logging.Formatter):
    """Lines of a log, which may quote what somebody sent."""

    def format(self, record: logging.LogRecord) -> str:
        return visible(super().format(record))


def log_to_stderr() -> None:
    """Write warnings of the whole program to standard error, cleaned like all else."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Cleaned("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
