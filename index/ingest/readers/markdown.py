"""Plain text, and Markdown with front matter, as in posts and notes of Hugo, Jekyll and Obsidian."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from onneshon.index.analysis.icu_text import cluster_boundaries, sentence_boundaries, word_boundaries
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.readers.markup import read_markup
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import Found, RawRecord, Skipped, needed, one_record, recognised
from onneshon.index.ingest.records import decoded, named


class PlainText:
    """One article per file: the whole text is the body, and its first sentence the title."""

    name = "text"
    suffixes = (".txt",)
    extra = ""

    def begins(self, _head: bytes, /) -> bool:
        """Always false, as any file may be text; the suffix decides."""
        return False

    def read(self, opened: Opened) -> Iterator[Found]:
        """Yield the single record."""
        context = f"text {opened.identity}"
        yield from one_record(opened, _fields_of_text, context)


def _fields_of_text(content: bytes, where: str) -> dict[str, str]:
    text = _text(content, where)
    return {"title": first_sentence(text), "body": text}


def _text(content: bytes, where: str) -> str:
    text = decoded(content, where)
    if "\0" in text:
        raise CorpusError(where, "nul", "a NUL character in the text: is it a text file, and UTF-8?")
    return text


MAX_TITLE: Final = 120
"""Longest title made from a text, in code points, the ellipsis included."""

_HEAD: Final = 2000
"""Code points at the beginning of a text that may have the first sentence; longer ones are cut anyway."""


def first_sentence(text: str) -> str:
    """The first sentence or line of a text, without its danda; if long, cut after a whole word and marked ….

    A single word longer than a title is cut after a whole grapheme cluster. Empty if the text is blank.
    """
    head = text.lstrip()[:_HEAD]
    if not head:
        return ""
    sentence = head[: sentence_boundaries(head)[0]].rstrip().rstrip("।॥").rstrip()
    # For a text that starts with a lone danda the danda is the title.
    sentence = sentence or head.rstrip()
    if len(sentence) <= MAX_TITLE:
        return sentence
    return sentence[: _cut(sentence)].rstrip(" ,;:–—-") + "…"


def _cut(sentence: str) -> int:
    room = MAX_TITLE - 1
    for borders in (word_boundaries(sentence), cluster_boundaries(sentence)):
        fitting = [border for border in borders if 0 < border <= room]
        if fitting:
            return fitting[-1]
    return room


_LONGEST: Final = 1 << 16
"""Most characters of front matter; parsing YAML takes some hundred bytes for each."""
_YAML: Final = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML: Final = re.compile(r"\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_REMEDY: Final = 'a value with a colon, or that begins with a sign, stands in quotes, as in title: "নদী: পদ্মা"'
_EMPTY: Final = ("", "~", "null", "Null", "NULL")
"""Null values of YAML; all values are read as texts, as a title may look like a number or a date."""


def front_matter(text: str, where: str) -> tuple[dict[str, Any], str]:
    """Split a file into the fields of its front matter and the text that follows.

    Args:
        text: the content of the file, with LF at the ends of its lines.
        where: the file, for messages.

    Raises:
        CorpusError: the front matter is broken, or too long: it may say that the file is a draft.
    """
    head = text[: _LONGEST + 8]
    yaml, toml = _YAML.match(text), _TOML.match(text)
    found = yaml or toml
    if found and len(found[1]) > _LONGEST:
        reason = f"front matter of more than {_LONGEST:,} characters: shorten it, or close it where it ends"
        raise CorpusError(where, "long", reason)
    try:
        if yaml:
            return _mapping(_yaml(yaml[1], where)), text[yaml.end() :]
        if toml:
            return tomllib.loads(toml[1]), text[toml.end() :]
        if head.startswith("{") and not head.startswith(("{{", "{%", "{:")):
            value, end = json.JSONDecoder().raw_decode(head)
            return _mapping(value), text[end:]
    except (ValueError, RecursionError) as error:
        reason = f"broken front matter: {' '.join(str(error).split())[:200]}"
        raise CorpusError(where, "format", reason) from None
    return {}, text


def _mapping(value: object) -> dict[str, Any]:
    if value is None or value == "":
        return {}
    if not isinstance(value, Mapping):
        raise ValueError("it has no names of fields")  # noqa: TRY004  # reported as what is broken otherwise
    return {str(name): each for name, each in value.items() if not (isinstance(each, str) and each in _EMPTY)}


def _yaml(text: str, where: str) -> Any:
    """The value of YAML without aliases, which are refused, as they expand a small text to a large value."""
    yaml = needed("yaml", "markdown", where)
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=loader)):
            raise ValueError("an alias (*name) in it")
        return yaml.load(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 2}: " if mark else ""  # below the line that opens it
        raise ValueError(f"{place}{getattr(error, 'problem', None) or error}; {_REMEDY}") from error


def is_draft(fields: Mapping[str, Any]) -> bool:
    """Whether a file is not published: ``draft: true`` of Hugo, ``published: false`` of Jekyll."""
    said = {name: str(fields.get(name, "")).strip().lower() for name in ("draft", "published", "publish")}
    return said["draft"] in {"true", "yes", "1"} or "false" in {said["published"], said["publish"]}


_SHORTCODE: Final = re.compile(r"\{\{[<%].{0,2000}?[%>]\}\}|\{%.{0,2000}?%\}|\{\{.{0,2000}?\}\}", re.DOTALL)
"""Shortcodes of Hugo and of Jekyll; the text between an opening and a closing one stays."""
_ATTRIBUTES: Final = re.compile(r"\{[:#][^{}\n]{0,200}\}")
"""Attribute lists of kramdown and of Pandoc: the name or the look of a part."""
_COMMENT: Final = re.compile(r"%%.{0,20000}?%%", re.DOTALL)
_EMBEDDED: Final = re.compile(r"!\[\[[^\[\]\n]{0,500}\]\]")
_LINK: Final = re.compile(r"\[\[(?:[^\[\]|\n]{0,300}\|)?([^\[\]|\n]{1,300})\]\]")
"""Links of Obsidian: [[page]], [[page|text]]."""
_NOTE: Final = re.compile(r"\[\^[^\[\]\s]{1,100}\]:?")
"""Marks of footnotes, in the text and before the note itself."""
_CALLOUT: Final = re.compile(r"^((?:> ?)+)\[![a-zA-Z-]{1,30}\][+-]?", re.MULTILINE)
_POST: Final = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})-(.+)")
"""The name of a post of Jekyll."""
_HOLDERS: Final = ("index", "_index", "readme")
"""Names of files that take the name of their folder instead."""
_SIGNS: Final = re.compile(r"[*_`\[\]<>!~|\\&\n{%]")
_MOST_SIGNS: Final = 100_000
"""Most signs of markup and line ends of a file, as parsing takes some kilobytes for each."""


class Markdown:
    """One record per file, except drafts."""

    name = "markdown"
    suffixes = (".md", ".markdown", ".mdown", ".mdx")
    extra = "markdown"

    def begins(self, _head: bytes, /) -> bool:
        """Always false, as any text may be Markdown; the suffix decides."""
        return False

    def read(self, opened: Opened) -> Iterator[Found]:
        """Yield the single record, unless it is a draft."""
        needed("markdown_it", self.extra, opened.name)
        location = PurePosixPath(opened.location)
        try:
            content = opened.whole()
            fields, _ = front_matter(_text(content, opened.name).replace("\r\n", "\n"), opened.name)
        except CorpusError as problem:
            yield problem
            return
        if is_draft(fields) or "_drafts" in location.parts:
            yield Skipped("drafts")
            return

        identity = opened.identity
        if (slug := fields.get("slug")) and isinstance(slug, str):
            identity = str(PurePosixPath(identity).parent / slug)

        def fields_of(content: bytes, where: str) -> Mapping[str, Any]:
            return _fields(content, where, location)

        context = f"markdown {identity} {location.parent.name}/{location.name}"
        yield RawRecord(content, opened.name, identity, fields_of, context)


def _fields(content: bytes, where: str, location: PurePosixPath) -> dict[str, Any]:
    said, text = front_matter(_text(content, where).replace("\r\n", "\n"), where)
    page = read_markup(_html(text, where))
    body = page.text()
    name = _name_of(location)
    post = _POST.fullmatch(name)
    names = recognised(said)
    fields = {**said, **_said(said, names), "body": body}
    if "title" not in names:
        # A heading that serves as the title is removed from the body, or it would be there twice.
        named = (post[2] if post else name).replace("-", " ").strip()
        fields["title"] = page.heading or named or first_sentence(body)
        fields["body"] = body.removeprefix(page.heading).strip()
    if post and "date" not in names:
        fields["date"] = post[1]
    return fields


def _name_of(location: PurePosixPath) -> str:
    holder = location.parent.name
    return holder if location.stem.lower() in _HOLDERS and holder else location.stem


def _said(said: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Fields of articles from front matter; of lists, the first category but all authors."""
    found: dict[str, Any] = {}
    for field in ("author", "category"):
        values = [str(named(value, "")) for value in _listed(said.get(names.get(field, "")))]
        if values:
            found[field] = ", ".join(values) if field == "author" else values[0]
    for name in ("tags", "categories", "keywords"):
        if name in said:
            found["tags" if name == "keywords" else name] = [
                str(value) for value in _listed(said[name], apart=True)
            ]
    return found


def _listed(value: object, *, apart: bool = False) -> list[Any]:
    """The values in a list, a single value, or (``apart``) a text with several separated by , or ;."""
    if value is None or isinstance(value, Mapping):
        return [value] if value else []
    if isinstance(value, list):
        return [each for each in value if each not in ("", None)]
    texts = re.split(r"[,;]", str(value)) if apart else [str(value)]
    return [text.strip() for text in texts if text.strip()]


def _html(text: str, where: str) -> str:
    """The text as HTML, without the extensions of programs such as shortcodes.

    Raises:
        CorpusError: it has more signs of markup than ``_MOST_SIGNS``, which would take long.
    """
    if sum(1 for _ in _SIGNS.finditer(text)) > _MOST_SIGNS:
        raise CorpusError(where, "long", f"more than {_MOST_SIGNS:,} signs of markup and line ends")
    for pattern, instead in (
        (_SHORTCODE, ""),
        (_COMMENT, ""),
        (_EMBEDDED, ""),
        (_LINK, r"\1"),
        (_NOTE, ""),
        (_CALLOUT, r"\1"),
        (_ATTRIBUTES, ""),
    ):
        text = pattern.sub(instead, text)
    return str(_parser(where).render(text))


def _parser(where: str) -> Any:
    """A parser of CommonMark with tables and strikethrough, which drops pictures."""
    library = needed("markdown_it", "markdown", where)
    parser = library.MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.add_render_rule("image", lambda *_: "")
    return parser
