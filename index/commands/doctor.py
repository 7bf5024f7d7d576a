"""Checks of the installation and of the index, with advice for what is wrong."""

import platform
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import click

from onneshon.index.commands.shared import size_text
from onneshon.index.commands.terminal import GROUP, Styled, json_option, location_option, say, say_json
from onneshon.index.errors import GIVE, IndexLockedError, OnneshonError
from onneshon.index.remote import Finding, Location, RemoteIndex, site_directory

if TYPE_CHECKING:
    from onneshon.index.storage.reader import IndexReader


_MARKS: Final = {"ok": ("ok", "green"), "note": ("note", "yellow"), "wrong": ("WRONG", "red")}
_ICU_REMEDY: Final = (
    "install ICU's headers, then PyICU: `apt install g++ pkg-config libicu-dev` (Debian, Ubuntu) or "
    '`brew install icu4c pkgconf` and PKG_CONFIG_PATH="$(brew --prefix icu4c)/lib/pkgconfig" (macOS); '
    "`pip install pyicu`"
)
_REINSTALL: Final = "install Onneshon again, in an environment of its own: `pip install onneshon`"
ENCODE: Final = "set PYTHONUTF8=1, or a UTF-8 locale such as LC_ALL=C.UTF-8"
_REQUIREMENT: Final = re.compile("[A-Za-z0-9._-]+")
_OLDER_PYTHON: Final = re.compile(r"python_version < \W3\.(\d+)")


Check: TypeAlias = Callable[[Path], Finding | None]
"""A check of an index directory that a layer above contributes; None if there is nothing to report."""


def examine(location: Location) -> Iterator[Finding]:
    """Run all checks, in an order in which the first fault explains the following ones.

    Args:
        location: the location of the index.
    """
    yield Finding("Python", "ok", f"{platform.python_version()} in {sys.prefix}")
    for check in (_icu, _whoosh, _libraries, _layers, _package_name, _output):
        yield _guarded(check.__name__.strip("_").replace("_", " "), check)
    if isinstance(location, Path):
        yield from _in_directory(location)
    else:
        yield from _at_address(location)
        yield from _of_layers(site_directory(location))
        yield from _kept(site_directory(location))


def _in_directory(directory: Path) -> Iterator[Finding]:
    try:
        yield from _index(directory)
        yield from _of_layers(directory)
        yield from _kept(directory)
        yield _disk(directory)
    except PermissionError as error:  # a folder that may not be entered; nothing else in it can be checked
        yield Finding("folder", "wrong", f"{error.filename}: {error.strerror}", GIVE, exit_code=1)


def _guarded(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except Exception as error:  # noqa: BLE001  # the doctor works where nothing else does
        remedy = _ICU_REMEDY if check is _icu else _REINSTALL
        return Finding(name, "wrong", f"{type(error).__name__}: {error}", remedy, exit_code=1)


def _icu() -> Finding:
    from onneshon.index.analysis.icu_text import versions  # noqa: PLC0415  # this import is what is being tried

    return Finding("ICU", "ok", ", ".join(f"{name} {version}" for name, version in versions().items()))


@cache
def _providers() -> Mapping[str, Sequence[str]]:
    """The distributions of each package, cached, as the names of all installed files are read for them."""
    return metadata.packages_distributions()


def _whoosh() -> Finding:
    import whoosh  # noqa: PLC0415  # this import is what is being tried

    providers = _providers().get("whoosh", ["whoosh"])
    if len(set(providers)) > 1:
        both = " and ".join(sorted(set(providers)))
        remedy = "uninstall them all and install whoosh-reloaded again"
        return Finding("Whoosh", "wrong", f"{both} overwrite each other", remedy, exit_code=1)
    return Finding("Whoosh", "ok", f"{whoosh.versionstring()} ({providers[0]})")


def _libraries() -> Finding:
    found, missing = [], []
    for name in _required():
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        absent = ", ".join(missing)
        return Finding("libraries", "wrong", f"missing: {absent}", f"`pip install {absent}`", exit_code=1)
    return Finding("libraries", "ok", ", ".join(found))


def _is_for_us(requirement: str) -> bool:
    """Whether this Python needs a library that later versions of Python include."""
    older = _OLDER_PYTHON.search(requirement)
    return not older or sys.version_info < (3, int(older[1]))


def _required() -> list[str]:
    """The libraries that Onneshon declares, for all layers; not Whoosh, which has several names."""
    declared = [
        line for line in metadata.requires("onneshon") or () if "extra ==" not in line and _is_for_us(line)
    ]
    names = [found[0] for line in declared if (found := _REQUIREMENT.match(line))]
    return [name for name in names if not name.startswith("whoosh")]


def _layers() -> Finding:
    entries = sorted(metadata.entry_points(group=GROUP), key=lambda entry: entry.name)
    if not entries:
        return Finding("layers", "wrong", "no commands are installed", _REINSTALL, exit_code=1)
    for entry in entries:
        try:
            entry.load()
        except Exception as error:  # noqa: BLE001  # as above
            text = f"{entry.name} cannot be loaded: {type(error).__name__}: {error}"
            return Finding("layers", "wrong", text, _REINSTALL, exit_code=1)
    layers = {entry.module.removeprefix("onneshon.").partition(".")[0] for entry in entries}
    return Finding("layers", "ok", ", ".join(sorted(layers)))


def _of_layers(directory: Path) -> Iterator[Finding]:
    """The findings of the layers: each has its checks as `checks` in the module of its commands."""
    for module in sorted({entry.module for entry in metadata.entry_points(group=GROUP)}):
        try:
            checks: Sequence[Check] = getattr(import_module(module), "checks", ())
            found = [check(directory) for check in checks]
        except Exception as error:  # noqa: BLE001  # as above
            yield Finding(module, "wrong", f"{type(error).__name__}: {error}", _REINSTALL, exit_code=1)
        else:
            yield from (finding for finding in found if finding)


def _package_name() -> Finding:
    others = sorted(set(_providers().get("onneshon", [])) - {"onneshon"})
    if others:
        clash = f"onneshon also comes from {', '.join(others)}"
        return Finding("package name", "wrong", clash, _REINSTALL, exit_code=1)
    return Finding("package name", "ok", "onneshon is ours alone")


def _output() -> Finding:
    encoding = (sys.stdout.encoding or "unknown").lower()
    if encoding.replace("-", "") != "utf8":
        return Finding("output", "note", f"encoded as {encoding}: Bengali cannot be printed", ENCODE)
    return Finding("output", "ok", "UTF-8")


def _index(directory: Path) -> Iterator[Finding]:
    try:
        # These need everything that was checked before; without it the index cannot be checked.
        from onneshon.index.storage.durable import current_holder  # noqa: PLC0415
        from onneshon.index.storage.generations import Generations  # noqa: PLC0415
        from onneshon.index.storage.reader import open_index  # noqa: PLC0415
    except ImportError as error:
        yield Finding("index", "wrong", f"cannot be examined: {error}", _REINSTALL, exit_code=1)
        return
    try:
        with open_index(directory, verify=True) as reader:  # a doctor gives no second opinion
            text = f"{directory}: {reader.count:,} articles, generation {reader.generation}"
            yield Finding("index", "ok", f"{text}, built {reader.manifest.created}")
            yield from _beside(reader)
            yield from _averages(reader)
            yield from _site(directory, reader.declared)
    except OnneshonError as error:
        yield _wrong(error)
        yield from _site(directory, None)
    holder = current_holder(directory)
    if holder:
        code = IndexLockedError.exit_code
        yield Finding("writer", "note", f"{holder} writes the index", "wait for it", exit_code=code)
        return
    left: list[Path] = []
    with suppress(OSError):  # what may not be read was reported above
        left = Generations(directory).abandoned()
    if left:
        text = f"{len(left)} half-built generation(s) left by a build that was stopped"
        yield Finding("leftovers", "note", text, "`onneshon index gc`, or simply build again")


def _at_address(index: RemoteIndex) -> Iterator[Finding]:
    try:
        yield from index.commands().findings()
    except OnneshonError as error:
        yield _wrong(error)
    yield from _site(site_directory(index), None)


def _wrong(error: OnneshonError) -> Finding:
    """The finding for an error: its message, and as advice the part after the last colon."""
    reason, _, remedy = str(error).rpartition(": ")
    return Finding("index", "wrong", reason or str(error), remedy, exit_code=error.exit_code)


def _site(directory: Path, present: Sequence[str] | None) -> Iterator[Finding]:
    """The finding for ``onneshon.toml``; its fields are checked only if those of an index are known."""
    from onneshon.index.configuration import FILE_NAME, check_shown  # noqa: PLC0415  # as above
    from onneshon.index.configuration_file import read_configuration  # noqa: PLC0415

    if not (directory / FILE_NAME).exists():
        return
    try:
        configuration = read_configuration(directory)
        if present is not None:
            check_shown(configuration, present)
    except OnneshonError as error:
        remedy = "mend the file: until then nothing new can be published, and no server starts"
        yield Finding(FILE_NAME, "wrong", str(error), remedy, exit_code=error.exit_code)
    else:
        yield Finding(FILE_NAME, "ok", f"{len(configuration.fields)} fields declared")


def _beside(reader: "IndexReader") -> Iterator[Finding]:
    if reader.warning:
        fault, _, remedy = reader.warning.partition(": ")
        yield Finding("CURRENT", "note", fault, remedy)


def _averages(reader: "IndexReader") -> Iterator[Finding]:
    from onneshon.index.storage.statistics import STALE_FROM, average_deviation  # noqa: PLC0415  # as above

    moved = average_deviation(reader)
    if moved > STALE_FROM:
        text = f"articles are {moved:.0%} off the average length by which they are ranked"
        yield Finding("averages", "note", text, "`onneshon index migrate` ranks them by the current average")


def _kept(directory: Path) -> Iterator[Finding]:
    """The finding for the SQLite files that a site keeps."""
    from onneshon.index.storage.beside import database_fault, databases  # noqa: PLC0415  # as above

    found = databases(directory)
    remedy = "put that of a backup in its place, or remove it with what it kept"
    faults = [f"{path}: {fault}" for path in found if (fault := database_fault(path))]
    if faults:
        yield Finding("kept", "wrong", faults[0], remedy, exit_code=1)
    elif found:
        yield Finding("kept", "ok", ", ".join(path.name for path in found))


def _disk(directory: Path) -> Finding:
    existing = next(folder for folder in (directory, *directory.absolute().parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    used = sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
    text = f"{size_text(free)} free, the index takes {size_text(used)}"
    if free < 2 * used:
        remedy = "free some space before the next build: it needs as much again as the index takes"
        return Finding("disk", "note", text, remedy)
    return Finding("disk", "ok", text)


@click.command()
@location_option
@json_option
@click.pass_context
def doctor(context: click.Context, location: Location, *, as_json: bool) -> None:
    """Say what is installed, how the index is, and what to do where something is wrong.

    Ends with exit code 0 when all is well, 3, 4 or 5 for what is wrong with the index, 1 for anything else.
    """
    findings = list(examine(location))
    if as_json:
        say_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            _print(finding)
    context.exit(next((finding.exit_code for finding in findings if finding.exit_code), 0))


def _print(finding: Finding) -> None:
    mark, colour = _MARKS[finding.state]
    say(Styled(f"{mark:<6}", fg=colour), f"{finding.name:<14} {finding.text}")
    if finding.remedy:
        say(f"{'':<21}{finding.remedy}")
