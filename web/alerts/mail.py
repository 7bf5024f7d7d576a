"""Mails of alerts, and the server that takes them."""

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import formataddr, formatdate, make_msgid
from pathlib import Path
from typing import Final

from onneshon.index.errors import OnneshonError
from onneshon.web.alerts.settings import AlertSettings

_SECONDS: Final = 30
"""So long the server of mail may take for an answer."""


class MailError(OnneshonError):
    """The server of mail does not take what it is given."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What is written to somebody.

    Attributes:
        address: whose.
        subject: what it is about.
        text: the plain part.
        html: the same as HTML.
        headers: further ones, in ASCII.
    """

    address: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]


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
    made["Message-ID"] = make_msgid(domain=sender.partition("@")[2])
    made["Auto-Submitted"] = "auto-generated"
    for name, value in mail.headers.items():
        made[name] = value
    for kind, text in (("plain", mail.text), ("html", mail.html)):
        made.attach(MIMEText(text, kind, "utf-8"))
    return made


def _password(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise MailError(f"{path} cannot be read: {error}; see [site.alerts]") from error


@contextmanager
def connected(settings: AlertSettings, folder: Path) -> Iterator[smtplib.SMTP]:
    """A connection to the server of mail.

    Args:
        settings: of the site.
        folder: where its file of a password is.

    Raises:
        MailError: there is none, or it takes no mail from here.
    """
    where = f"{settings.server}:{settings.port}"
    try:
        safe = ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(settings.server, settings.port, timeout=_SECONDS, context=safe)
            if settings.security == "tls"
            else smtplib.SMTP(settings.server, settings.port, timeout=_SECONDS)
        )
        with server:
            if settings.security == "starttls":
                server.starttls(context=safe)
            if settings.user:
                server.login(settings.user, _password(folder / settings.password_file))
            yield server
    except smtplib.SMTPException as error:
        # What it says may name addresses, which belong into no log.
        raise MailError(f"{where} took no mail ({type(error).__name__}): see [site.alerts]") from error
    except OSError as error:
        raise MailError(f"{where} cannot be reached: {error.strerror or type(error).__name__}") from error
