"""The options of commands that write an index, each with the default that Python programs have."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from onneshon.index.commands.reading_options import reading_options
from onneshon.index.indexer.worker_pool import cores
from onneshon.index.indexer.write_options import Allowance, BuildOptions, WriteOptions

__all__ = ["keep_option", "wait_option", "write_options"]

_Command = TypeVar("_Command", bound=Callable[..., Any])

_DEFAULTS = BuildOptions()


def _check_max_bad(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """Refuse what is neither a number nor a share."""
    try:
        Allowance.parse(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return value


wait_option = click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=_DEFAULTS.wait,
    metavar="SECONDS",
    help="Wait so long for another writer to finish.",
)

keep_option = click.option(
    "--keep",
    type=click.IntRange(min=1),
    default=_DEFAULTS.keep,
    show_default=True,
    metavar="N",
    help="Generations that stay, the live one among them; the last good one stays in any case.",
)

_OPTIONS = {
    "delete_missing": click.option(
        "--delete-missing", is_flag=True, help="Delete every article that PATH... does not have."
    ),
    "strict": click.option(
        "--strict", is_flag=True, help="Stop at the first bad article and change nothing."
    ),
    "max_bad": click.option(
        "--max-bad",
        default=_DEFAULTS.max_bad,
        show_default=True,
        metavar="N|N%",
        callback=_check_max_bad,
        help="Records that may be left out, or their share of all; beyond that nothing changes.",
    ),
    "force": click.option(
        "--force",
        is_flag=True,
        help="Publish though a source cannot be read to its end, or the index shrinks to under half.",
    ),
    "keep": keep_option,
    "workers": click.option(
        "--workers",
        type=click.IntRange(min=1),
        default=cores,
        show_default="the cores there are",
        metavar="N",
        help="Processes that analyse at the same time.",
    ),
    "memory_mb": click.option(
        "--memory",
        "memory_mb",
        type=click.IntRange(min=16),
        default=_DEFAULTS.memory_mb,
        show_default=True,
        metavar="MB",
        help="Memory for postings before they are written out.",
    ),
    "wait": wait_option,
}
"""By the names of the fields of ``WriteOptions`` and its subclasses."""


def write_options(kind: Callable[..., WriteOptions], *names: str) -> Callable[[_Command], _Command]:
    """Decorator; passes ``options``, with how sources are read.

    Args:
        kind: the class of the options.
        names: those that the command has, in the order of its help.
    """

    def decorated(command: _Command) -> _Command:
        def with_options(*arguments: Any, reading: Any, **given: Any) -> Any:
            written = {name: given.pop(name) for name in names}
            return command(*arguments, options=kind(reading=reading, **written), **given)

        with_options.__name__, with_options.__doc__ = command.__name__, command.__doc__
        with_options.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]  # click's own
        found = reading_options(with_options)
        for name in reversed(names):
            _OPTIONS[name](found)
        return found  # type: ignore[return-value]  # it takes what the command takes, but for one

    return decorated
