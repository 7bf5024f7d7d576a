"""The settings in ``[site]`` of ``onneshon.toml``: the site's name, address, logo, texts and look.

[site]
name = { bn = "আমাদের খবর", en = "Our news" }
tagline = { bn = "১৯৫৩ থেকে আজ পর্যন্ত", en = "From 1953 until today" }
logo = "logo.svg"                    # beside this file
noun = "খবর"
home = { bn = "সব সংখ্যা এখানে খুঁজুন।", en = "Search every issue." }
footer = { bn = "© আমাদের খবর", en = "© Our news" }
category_order = ["জাতীয়", "খেলা"]
result_link = "original"             # or "here"
pictures = ["img.example.org"]       # hosts from which pictures are shown
address = "https://news.example.org/search"

[site.colours]
accent = "#006a4e"
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import msgspec

from onneshon.index import Configuration, ConfigurationError
from onneshon.index.configuration import unknown_key
from onneshon.index.configuration_file import converted
from onneshon.search import ascii_host
from onneshon.web.languages.catalogues import LANGUAGES, NOUNS, Noun, catalogue, own_noun, parts
from onneshon.web.site.palette import Colours, Palette, palette

KINDS: Final = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
"""Media types of logos, by the suffix of the file."""

MOST_BYTES: Final = 100_000
"""Maximum bytes of a logo, which is loaded with every first page."""

LONGEST: Final = 254
"""Maximum characters of a mail address (RFC 5321)."""

_SHAPE: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


@dataclass(frozen=True, slots=True)
class Logo:
    """The picture of a logo.

    Attributes:
        data: the bytes of the picture.
        kind: the media type of the picture.
    """

    data: bytes
    kind: str

    @property
    def digest(self) -> str:
        """A digest of the picture, for its address."""
        return sha256(self.data).hexdigest()[:12]


def read_logo(path: Path | None, name: str) -> Logo:
    """Read the logo from a file.

    Args:
        path: the path of the configuration; the file is in the same folder.
        name: the name of the file.

    Raises:
        ConfigurationError: the file is in another folder, of an unknown kind, too large, or cannot be read.
    """
    if Path(name).name != name or path is None:
        raise ConfigurationError(path, "site.logo", "must be the name of a file beside this one")
    kind = KINDS.get(Path(name).suffix.lower())
    if kind is None:
        raise ConfigurationError(path, "site.logo", f"must end with {', '.join(KINDS)}")
    try:
        data = (path.parent / name).read_bytes()
    except OSError as error:
        raise ConfigurationError(path, "site.logo", f"{name} cannot be read: {error.strerror}") from error
    if len(data) > MOST_BYTES:
        reason = f"{name} has {len(data):,} bytes, and {MOST_BYTES:,} are the most"
        raise ConfigurationError(path, "site.logo", reason)
    return Logo(data, kind)


_PATH: Final = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")
_FORMS: Final = "https://example.org/search, or a path as /search, of letters a-z, digits and -._~"


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """The public address of a site in parts, each empty where it was not given.

    Attributes:
        scheme: http or https.
        host: the host, with its port if there is one.
        path: the beginning of the path of every page, without a slash at the end.
    """

    scheme: str = ""
    host: str = ""
    path: str = ""

    def inner(self, path: str) -> str:
        """The path of a request without the beginning that all pages share."""
        return path.removeprefix(self.path) if path.startswith(f"{self.path}/") else path


_PORTS: Final = {"http": 80, "https": 443}
"""Default ports, which browsers leave out of the Host header."""


def parse_address(text: str) -> PublicAddress:
    """Parse an address: ``https://example.org/search``, or a path alone, ``/search``.

    Raises:
        ValueError: the text is neither.
    """
    parts = urlsplit(text)
    given = parts.port  # ValueError where it is no number
    port = f":{given}" if given and given != _PORTS.get(parts.scheme) else ""
    base = parts.path.rstrip("/")
    name = ascii_host(parts.hostname) if parts.hostname else None
    whole = parts.scheme in {"http", "https"} and name and "@" not in parts.netloc
    alone = not parts.scheme and not parts.netloc and text.startswith("/")
    plain = _PATH.fullmatch(base) and not {".", ".."} & set(base.split("/"))
    if parts.query or parts.fragment or not plain or not (whole or alone):
        raise ValueError(f"{text!r} is no address such as {_FORMS}")
    return PublicAddress(parts.scheme, f"{name}{port}" if name else "", base)


def read_address(path: Path | None, text: str) -> PublicAddress:
    """The address that a configuration names; see ``parse_address``.

    Raises:
        ConfigurationError: the text is no address.
    """
    try:
        return parse_address(text)
    except ValueError:
        raise ConfigurationError(path, "site.address", f"must be as {_FORMS}") from None


ResultLink = Literal["here", "original"]
"""Where the title of a hit leads: to the article here with its marks, or to its original publication."""

NAME: Final[Mapping[str, str]] = {language: catalogue(language).text("site.name") for language in LANGUAGES}
"""The name, by language, of a site that has not given its own."""


@dataclass(frozen=True)
class Site:
    """The settings of a site. Texts are by language; texts that were not given are missing.

    Attributes:
        names: the site's name.
        taglines: the text under the name.
        home: the text of the home page, one paragraph per line.
        footer: the text at the foot of every page.
        logo: the picture shown in place of the name.
        noun: what the site's articles are called.
        categories: the categories shown first, in this order.
        result_link: where the title of a hit leads.
        pictures: the only hosts from which readers load pictures of articles.
        thumbnails: the folder of small pictures of articles, which readers load instead of the originals.
        address: the address at which readers reach the site.
        palette: the colours that replace ours.
        searches: the table ``[site.searches]``, which ``web.searches`` interprets.
        oai: the e-mail address given to harvesters; empty where nothing is to be harvested.
        alerts: the table ``[site.alerts]``, which ``web.alerts`` interprets.
        scan: the pattern of addresses of scanned pages, with names of fields in braces.
    """

    names: Mapping[str, str] = field(default_factory=lambda: NAME, hash=False)
    taglines: Mapping[str, str] = field(default_factory=dict, hash=False)
    home: Mapping[str, str] = field(default_factory=dict, hash=False)
    footer: Mapping[str, str] = field(default_factory=dict, hash=False)
    logo: Logo | None = None
    noun: Noun = field(default_factory=Noun)
    categories: tuple[str, ...] = ()
    result_link: ResultLink = "here"
    pictures: frozenset[str] = frozenset()
    thumbnails: Path | None = None
    address: PublicAddress = field(default_factory=PublicAddress)
    palette: Palette = field(default_factory=Palette)
    searches: Mapping[str, Any] = field(default_factory=dict, hash=False)
    oai: str = ""
    alerts: Mapping[str, Any] = field(default_factory=dict, hash=False)
    scan: str = ""

    @cached_property
    def named(self) -> bool:
        """Whether the site has a name of its own."""
        return self.names is not NAME

    def words(self, language: str) -> dict[str, str]:
        """The words that fill ``{site}``, ``{noun}`` and the like in messages."""
        return {"site": self.names[language], **self.noun.forms(language)}


class _SiteTable(msgspec.Struct, forbid_unknown_fields=True):
    name: str | dict[str, str] = ""
    tagline: str | dict[str, str] = ""
    logo: str = ""
    noun: str | dict[str, str] = ""
    home: str | dict[str, str] = ""
    footer: str | dict[str, str] = ""
    category_order: list[str] = msgspec.field(default_factory=list)
    result_link: ResultLink = "here"
    pictures: list[str] = msgspec.field(default_factory=list)
    thumbnails: str = ""
    address: str = ""
    colours: dict[str, Any] = msgspec.field(default_factory=dict)
    searches: dict[str, Any] = msgspec.field(default_factory=dict)
    oai: str = ""
    alerts: dict[str, Any] = msgspec.field(default_factory=dict)
    scan: str = ""


def read_site(configuration: Configuration) -> Site:
    """The site that a configuration describes.

    Raises:
        ConfigurationError: a key is unknown, a value is invalid, or a colour lacks contrast.
    """
    path = configuration.path
    table = converted(path, "site", dict(configuration.site), _SiteTable)
    return Site(
        names=_texts(path, "site.name", table.name) or NAME,
        taglines=_texts(path, "site.tagline", table.tagline),
        home=_texts(path, "site.home", table.home),
        footer=_texts(path, "site.footer", table.footer),
        logo=read_logo(path, table.logo) if table.logo else None,
        noun=_noun(path, table.noun),
        categories=tuple(dict.fromkeys(table.category_order)),
        result_link=table.result_link,
        pictures=frozenset(_host(path, name) for name in table.pictures),
        thumbnails=_folder(path, table.thumbnails) if table.thumbnails else None,
        address=read_address(path, table.address) if table.address else PublicAddress(),
        palette=palette(path, converted(path, "site.colours", table.colours, Colours)),
        searches=table.searches,
        oai=_mail_address(path, table.oai),
        alerts=table.alerts,
        scan=_scan(path, table.scan),
    )


def _scan(path: Path | None, text: str) -> str:
    if text and not re.fullmatch(r"https?://[^\s{}/]+/[^\s{}]*(?:\{[a-z][a-z0-9_]*\}[^\s{}]*)+", text):
        reason = "must be as https://iiif.example.org/{issue}/{page}/full/max/0/default.jpg"
        raise ConfigurationError(path, "site.scan", reason)
    return text


def _mail_address(path: Path | None, text: str) -> str:
    """The e-mail address given to harvesters; empty where nothing is to be harvested."""
    if text and not is_mail_address(text):
        raise ConfigurationError(path, "site.oai", f"{text!r} is no address such as archive@example.org")
    return text


def _folder(path: Path | None, text: str) -> Path:
    """The folder of small pictures; a relative path starts from the folder of the configuration."""
    missing = [name for name in ("PIL", "urllib3", "certifi") if find_spec(name) is None]
    if missing:
        raise ConfigurationError(path, "site.thumbnails", "needs libraries: pip install 'onneshon[pictures]'")
    return (path.parent if path else Path()) / text


def _host(path: Path | None, text: str) -> str:
    """A host from which pictures may be loaded, with its port if there is one."""
    try:
        address = parse_address(f"https://{text}")
    except ValueError:
        address = PublicAddress()
    if not address.host or address.path:
        raise ConfigurationError(path, "site.pictures", f"{text!r} is no host such as img.example.org")
    return address.host


def _texts(path: Path | None, section: str, value: str | Mapping[str, str]) -> dict[str, str]:
    """A text by language; a language that is not given gets the text given first."""
    if isinstance(value, str):
        return dict.fromkeys(LANGUAGES, value.strip()) if value.strip() else {}
    for key in value:
        if key not in LANGUAGES:
            raise unknown_key(path, section, key, LANGUAGES)
    said = {key: text.strip() for key, text in value.items() if text.strip()}
    return {key: said.get(key) or next(iter(said.values())) for key in LANGUAGES} if said else {}


def _noun(path: Path | None, value: str | Mapping[str, str]) -> Noun:
    if not value:
        return Noun()
    if isinstance(value, str):
        if value in NOUNS:
            return NOUNS[value]
        reason = f"must be one of {', '.join(NOUNS)}, or say {{ bn = …, en = …, en_many = … }}"
        raise ConfigurationError(path, "site.noun", reason)
    for key in value:
        if key not in parts():
            raise unknown_key(path, "site.noun", key, parts())
    try:
        return own_noun(value)
    except ValueError as error:
        raise ConfigurationError(path, "site.noun", str(error)) from error


def is_mail_address(text: str) -> bool:
    """Whether a text is an e-mail address that any mail server accepts: in ASCII, without quotes."""
    return len(text) <= LONGEST and _SHAPE.fullmatch(text) is not None
