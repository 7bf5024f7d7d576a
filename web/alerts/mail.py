"""Mails of alerts: from whom they come, as ``[site.alerts]`` says, and how they are written."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import formataddr, formatdate
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from onneshon.index import ConfigurationError
from onneshon.index.configuration_file import converted
from onneshon.web.site.settings import is_mail_address

Security = Literal["none", "starttls", "tls"]

_LAST_HOUR = 23


@dataclass(frozen=True, slots=True)
class Mail:
    """What is written to somebody.

    Attributes:
        address: whose.
        subject: what it is about.
        text: the plain part.
        html: the same as HTML.
        headers: further ones, in ASCII.
        key: the same for the same mail, in letters and digits. One that is sent again, as nobody knows if
            it was taken, has the id of the first, by which servers and programs of mail pass it over.
    """

    address: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    key: str


def message(mail: Mail, site: str, sender: str) -> MIMEMultipart:
    """A mail as it is sent.

    The older form of Python's messages: the newer one writes long addresses of the web in headers as encoded
    words, which no program that stops alerts would understand.

    Args:
        mail: what is said.
        site: who says it.
        sender: the address that it comes from.
    """
    made = MIMEMultipart("alternative", policy=compat32.clone(max_line_length=0))
    made["From"] = formataddr((Header(site, "utf-8").encode(), sender))
    made["To"] = mail.address
    made["Subject"] = Header(" ".join(mail.subject.split()), "utf-8", header_name="Subject").encode()
    made["Date"] = formatdate(localtime=True)
    made["Message-ID"] = f"<{mail.key}@{sender.partition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    for name, value in mail.headers.items():
        made[name] = value
    for kind, text in (("plain", mail.text), ("html", mail.html)):
        made.attach(MIMEText(text, kind, "utf-8"))
    return made


class AlertSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What the site says.

    Attributes:
        sender: the address that mail comes from; empty where none is sent.
        server: of SMTP.
        port: of it.
        security: how what is sent to it is kept secret.
        user: who signs in there; empty for nobody.
        password_file: beside ``onneshon.toml``, with the password of that user alone.
        hour: of the day, by the server's clock, before which nothing is sent.
    """

    sender: str = ""
    server: str = "localhost"
    port: int = 25
    security: str = "none"
    user: str = ""
    password_file: str = ""
    hour: int = 6


def read_alerts(path: Path | None, table: Mapping[str, Any]) -> AlertSettings:
    """What a configuration says of alerts.

    Raises:
        ConfigurationError: a key is unknown, or a value makes no sense.
    """
    settings = converted(path, "site.alerts", dict(table), AlertSettings)
    for wrong, key, reason in (
        (table and not is_mail_address(settings.sender), "sender", "must be an address as news@example.org"),
        (
            settings.security not in get_args(Security),
            "security",
            f"must be one of {', '.join(get_args(Security))}",
        ),
        (not 0 <= settings.hour <= _LAST_HOUR, "hour", "must be from 0 to 23"),
        (
            settings.user and settings.security == "none",
            "security",
            "must be starttls or tls where somebody signs in",
        ),
    ):
        if wrong:
            raise ConfigurationError(path, f"site.alerts.{key}", reason)
    return settings
