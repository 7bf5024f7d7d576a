"""The documentation as a site, and as an index of Onneshon that its search box asks: ``./dev docs``.

The pages are those of the repository, laid out as they lie there, so that their links hold. What MkDocs
cannot read of them is written otherwise on the way; a link that leads nowhere fails.
"""

import argparse
import logging
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from flask import Flask, Response, send_from_directory
from mkdocs.commands.build import build as build_site
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException
from mkdocs.structure.files import File

from onneshon import Engine
from onneshon.adapters.flask import blueprint
from onneshon.index import build
from onneshon.index.commands.terminal import configuration_of
from onneshon.web.server import listen, make_server
from onneshon.web.site.settings import read_site
from onneshon.web.threads import WorkerThreads

__all__ = ["Section", "application", "index_pages", "main", "make", "pages", "sections", "slug"]

ROOT: Final = Path(__file__).parents[2]
HERE: Final = Path(__file__).parent
SEARCH: Final = "/find"
"""The path of the search pages beside the site."""

_PAGES: Final = ("*.md", "docs/**/*", "examples/**/*", "clients/**/README.md")
_ELSEWHERE: Final = ("*.pyc", "__pycache__")
_FENCE: Final = re.compile(r"^```(\w+) (\S.*)$", re.MULTILINE)
_CODE: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_HEADING: Final = re.compile(r"^(#{1,3}) +(.+?)\s*#*$", re.MULTILINE)


class Section(NamedTuple):
    """What stands below a heading of a page.

    Attributes:
        page: of the site, as a path below it.
        title: of the page, and of the section where it is not the beginning.
        anchor: of the heading; empty for the beginning.
        text: in Markdown.
        group: of the navigation.
    """

    page: str
    title: str
    anchor: str
    text: str
    group: str


def slug(heading: str, separator: str = "-") -> str:
    """The anchor of a heading as GitHub makes it: vowel signs stay, other signs go, a space is a hyphen."""
    kept = (c for c in heading.strip().lower() if c in " -_" or unicodedata.category(c)[0] in "LMN")
    return "".join(kept).replace(" ", separator)


def pages(into: Path) -> None:
    """Lay the pages out below a folder, and what they show or lead to."""
    shutil.rmtree(into, ignore_errors=True)
    for pattern in _PAGES:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_dir() or any(path.match(f"**/{name}") or name in path.parts for name in _ELSEWHERE):
                continue
            place = into / path.relative_to(ROOT)
            place.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".md":
                place.write_text(_readable(path.read_text("utf-8")), "utf-8")
            else:
                shutil.copyfile(path, place)
    shutil.copyfile(ROOT / "LICENSE", into / "LICENSE")


def _readable(text: str) -> str:
    """Blocks of code whose first line says more than their language, which Python-Markdown does not read."""
    return _FENCE.sub(r"```text", text)


def make(source: Path, into: Path, *, searched: bool) -> Any:
    """Make the site.

    Args:
        source: the folder of pages.
        into: the folder of the site, which is replaced.
        searched: whether Onneshon answers beside it; else MkDocs' own search does, in the browser.

    Returns:
        The configuration of MkDocs.

    Raises:
        MkDocsException: a page has a link that leads nowhere, or is not in the navigation.
    """
    config = load_config(str(HERE / "mkdocs.yml"), docs_dir=str(source), site_dir=str(into), strict=True)
    config.mdx_configs["toc"] = {"slugify": slug, "permalink": True}
    config.extra["search"] = SEARCH if searched else ""
    if searched:
        config.plugins.pop("material/search")
    fonts = into / "fonts"
    build_site(config)
    shutil.copytree(ROOT / "web" / "static" / "fonts", fonts)
    return config


def sections(config: Any) -> Iterator[Section]:
    """The sections of all pages in the navigation."""
    for group, name in _in_groups(config.nav, ""):
        text = (Path(config.docs_dir) / name).read_text("utf-8")
        page = File(name, config.docs_dir, config.site_dir, use_directory_urls=True).url
        yield from _of_page(text, page.removeprefix("./"), group)


def _in_groups(nav: Any, group: str) -> Iterator[tuple[str, str]]:
    for entry in nav:
        for name, inside in entry.items() if isinstance(entry, dict) else [("", entry)]:
            if isinstance(inside, str):
                yield group or name, inside
            else:
                yield from _in_groups(inside, group or name)


def _of_page(text: str, page: str, group: str) -> Iterator[Section]:
    """Cut at its headings; what looks like one in a block of code is none."""
    hidden = _CODE.sub(lambda block: re.sub(r"[^\n]", "x", block[0]), text)
    found = list(_HEADING.finditer(hidden))
    ends = [heading.start() for heading in found[1:]] + [len(text)]
    title = _plain(found[0][2])
    for heading, end in zip(found, ends, strict=True):
        name = _plain(heading[2])
        first = heading is found[0]
        whole = title if first else f"{title}: {name}"
        yield Section(page, whole, "" if first else slug(name), text[heading.end() : end].strip(), group)


def _plain(heading: str) -> str:
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.replace("`", "").replace("*", ""))


def index_pages(config: Any, address: str, into: Path) -> int:
    """Build an index of the pages, section by section, read by our own reader of Markdown.

    Args:
        config: of the site.
        address: of the site, as readers have it.
        into: folder for the sections and the index.

    Returns:
        How many sections were indexed.
    """
    shutil.rmtree(into, ignore_errors=True)
    written = into / "sections"
    written.mkdir(parents=True)
    for number, section in enumerate(sections(config)):
        anchor = f"#{section.anchor}" if section.anchor else ""
        head = {
            "id": f"{section.page}{anchor}" or "start",
            "title": section.title,
            "url": f"{address}/{section.page}{anchor}",
            "category": section.group,
        }
        lines = "\n".join(f"{name}: '{value.replace(chr(39), chr(39) * 2)}'" for name, value in head.items())
        (written / f"{number:04}.md").write_text(f"---\n{lines}\n---\n\n{section.text}\n", "utf-8")
    index = into / "index"
    index.mkdir()
    shutil.copyfile(HERE / "onneshon.toml", index / "onneshon.toml")
    return build([written], index).articles


def application(site: Path, index: Path) -> Flask:
    """The site, and below /find the search pages and the API that its box asks."""
    app = Flask("docs", static_folder=None)
    whose = read_site(configuration_of(index))
    app.register_blueprint(blueprint(lambda: Engine.open(index), url_prefix=SEARCH, whose=whose))

    @app.get("/", defaults={"name": ""})
    @app.get("/<path:name>")
    def page(name: str) -> Response:
        path = f"{name}index.html" if not name or name.endswith("/") else name
        return send_from_directory(site, path)

    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the site in ``var/docs/site``, or serve it."""
    parser = argparse.ArgumentParser(prog="./dev docs", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "serve", nargs="?", choices=["serve"], help="serve it until Ctrl-C, searched by Onneshon"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8002, help="port (8002); 0 takes any")
    parser.add_argument("--url", help="where readers find it, if not there: https://docs.example.org")
    parser.add_argument("--into", type=Path, default=ROOT / "var" / "docs", help="folder (var/docs)")
    asked = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="docs: %(message)s")
    pages(asked.into / "pages")
    try:
        config = make(asked.into / "pages", asked.into / "site", searched=asked.serve is not None)
    except MkDocsException as error:
        sys.exit(f"docs: {error}: each line above names a page and a link in it to mend")
    if asked.serve:
        _serve(config, asked)
    else:
        _say(f"{asked.into / 'site'} is the site; any web server serves it, ./dev docs serve with our search")


def _serve(config: Any, asked: argparse.Namespace) -> None:
    try:
        sockets = listen(asked.host, asked.port)
    except (OSError, ValueError) as error:
        sys.exit(f"docs: cannot listen on {asked.host} port {asked.port}: {error}; try another --port")
    address = asked.url or f"http://{asked.host}:{sockets[0].getsockname()[1]}"
    count = index_pages(config, address.rstrip("/"), asked.into / "search")
    _say(f"{count} sections are searched; {address} (Ctrl-C ends it)")
    make_server(
        application(asked.into / "site", asked.into / "search" / "index"), sockets, WorkerThreads()
    ).run()


def _say(text: str) -> None:
    sys.stderr.write(f"docs: {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
