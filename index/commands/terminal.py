"""Common parts of the commands of all layers: their options, and all printing.

Control characters in text are made visible as it is printed; colour is set by ``Styled`` and never by escapes
in a text. The lint rules refuse ``print``, and the functions of click that print, everywhere else.
"""

import logging
import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from click.core import ParameterSource

from onneshon.index.analysis.control_characters import json_text, visible
from onneshon.index.configuration import Configuration
from onneshon.index.configuration_file import read_configuration
from onneshon.index.errors import ConfigurationError
from onneshon.index.ingest.streams import standard_input
from onneshon.index.remote import Location, RemoteIndex, location_of, site_directory

GROUP = "onneshon.commands"
"""Entry-point group; each entry is a click command, by its name."""

default_index = Path("var/index")

MOST_DAYS: Final = 36_525
"""A century in days; a longer time would lead to days that no calendar has."""

_Command = TypeVar("_Command", bound=Callable[..., Any])


_DIRECTORY = click.Path(path_type=Path, file_okay=False, readable=False)
"""The type of a directory; permission to read it is checked on reading, where the message has advice."""


class NumberRange(click.FloatRange):
    """A finite number within bounds."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Convert a text; refuse ``nan``, which is below no bound, and ``inf``."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is no number", param, ctx)
        return number


def parsed_by(parse: Callable[[str], Any]) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """The callback of an option whose text, or each of whose texts, is parsed by a function.

    Args:
        parse: returns the value of a text; raises ValueError with the message for an invalid one.
    """

    def read(_context: click.Context, _option: click.Parameter, value: str | tuple[str, ...] | None) -> Any:
        try:
            return tuple(map(parse, value)) if isinstance(value, tuple) else value and parse(value)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None

    return read


_ESCAPED: Final = re.compile("[\udc80-\udcff]+")
"""Lone surrogates, by which Python represents bytes that the locale cannot decode (PEP 383)."""


class _TypedText(click.ParamType[str]):
    """A text as it was typed, also in the locale C, in which Python decodes no Bengali."""

    name = "text"

    def convert(self, value: str, _param: object, _context: object) -> str:
        """Decode bytes that the locale cannot decode as UTF-8; other bytes stay as they are."""
        how = ("utf-8", "surrogateescape")
        return _ESCAPED.sub(lambda escaped: escaped[0].encode(*how).decode(*how), value)


TYPED_TEXT: Final = _TypedText()
"""The type of options and arguments that are texts; names of files stay as the system has them."""


def configuration_of(location: Location) -> Configuration:
    """The configuration: ``onneshon.toml`` in the directory of an index; for an address, in the working one.

    Raises:
        ConfigurationError: the file is not valid.
    """
    return read_configuration(site_directory(location))


def _location(context: click.Context, parameter: click.Parameter, text: str) -> Location:
    if not text:  # an unset variable of a script would mean the working directory
        raise click.BadParameter("it is empty", context, parameter)
    try:
        location = location_of(text)
    except ConfigurationError as error:
        raise click.BadParameter(str(error), context, parameter) from None
    if isinstance(location, RemoteIndex):
        return location
    directory: Path = _DIRECTORY.convert(text, parameter, context)
    return directory


def _remember(context: click.Context, parameter: click.Parameter, text: str | None) -> Location:
    """The option after the command's name wins over the one before it, and either over the environment."""
    given_before = _given(context)
    typed = context.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
    if text is not None and (typed or given_before is None):
        context.obj = _location(context, parameter, text)
    return _given(context) or default_index


def _given(context: click.Context) -> Location | None:
    return context.obj if isinstance(context.obj, Path | RemoteIndex) else None


def directory_of(location: Location, otherwise: str) -> Path:
    """The directory of an index; for one at an address, raises click.UsageError with ``otherwise``."""
    if not isinstance(location, Path):
        raise click.UsageError(otherwise)
    return location


def _directory(context: click.Context, parameter: click.Parameter, text: str | None) -> Path:
    location = _remember(context, parameter, text)
    return directory_of(
        location,
        f"`{context.command_path}` works on an index in a directory, and {location} is one on a cluster, "
        f"which looks after that by itself; docs/scale.md says how",
    )


def _option(
    name: str, callback: Callable[..., Location], metavar: str, what: str
) -> Callable[[_Command], _Command]:
    return click.option(
        "--index",
        name,
        envvar="ONNESHON_INDEX",
        callback=callback,
        metavar=metavar,
        help=f"{what}  [default: var/index, or ONNESHON_INDEX]",
    )


index_option = _option("directory", _directory, "DIR", "Directory of the index")
"""Decorator for commands that work on an index in a directory only; passes ``directory: Path``."""

location_option = _option(
    "location",
    _remember,
    "DIR|URL",
    "Directory of the index, or opensearch://HOST:9200/NAME of one on a cluster",
)
"""Decorator for commands that work on a directory or an address; passes ``location: Location``."""


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
"""Decorator for every command that can print JSON; passes ``as_json: bool``."""


@dataclass(frozen=True, slots=True)
class Styled:
    """A piece of a line in a colour, if the output has colours.

    Attributes:
        text: the text of the piece.
        fg: the name of the colour in click.
        bold: whether the text is bold.
        dim: whether the text is dim.
    """

    text: str
    fg: str | None = None
    bold: bool | None = None
    dim: bool | None = None


def say(*pieces: str | Styled, indent: str | None = None, err: bool = False) -> None:
    """Print a line.

    Args:
        pieces: the pieces of the line, in order.
        indent: the text before each further line; without it the pieces are one line, whatever line breaks
            their texts contain.
        err: whether to print to standard error.
    """
    _print("".join(_shown(piece, indent) for piece in pieces), err=err)


def counted(number: int, noun: str) -> str:
    """A number and a noun, with an s unless the number is 1."""
    return f"{number:,} {noun}{'s' if number != 1 else ''}"


def say_json(values: Any, *, indent: int | None = 2) -> None:
    """Print a value as JSON."""
    _print(json_text(values, indent=indent), err=False)


def _print(line: str, *, err: bool) -> None:
    """Print a line; an OSError has the name of the stream in place of that of a file."""
    try:
        click.echo(line, err=err)  # noqa: TID251  # the one place
    except OSError as error:
        raise OSError(error.errno, error.strerror, f"standard {'error' if err else 'output'}") from error


def _shown(piece: str | Styled, indent: str | None) -> str:
    text = visible((piece.text if isinstance(piece, Styled) else piece).replace("\r\n", "\n"))
    text = text.replace("\n", "\N{REPLACEMENT CHARACTER}" if indent is None else f"\n{indent}")
    if isinstance(piece, Styled):
        return click.style(text, fg=piece.fg, bold=piece.bold, dim=piece.dim)  # noqa: TID251  # the one place
    return text


@contextmanager
def clean_usage_errors() -> Iterator[None]:
    """Clean the messages that click prints itself and in which it quotes the command line."""
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
    """A formatter that cleans the lines of a log, which may quote what a client sent."""

    def format(self, record: logging.LogRecord) -> str:
        return visible(super().format(record))


def log_to_stderr() -> None:
    """Write warnings of the whole program to standard error, cleaned like all output."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Cleaned("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)


def typed_lines() -> Iterator[str]:
    """The lines of standard input, which is UTF-8 whatever the locale says.

    Raises:
        click.UsageError: a line is not UTF-8.
    """
    for number, line in enumerate(standard_input(), 1):
        try:
            yield line.decode()
        except UnicodeDecodeError as error:
            where = f"line {number} of standard input is not UTF-8"
            what = f"byte 0x{line[error.start]:02x} in place {error.start + 1}"
            raise click.UsageError(f"{where} ({what}): convert it, for instance with iconv") from None
