"""Mails of alerts: how they are written, from whom (``[site.alerts]``), and the server that takes them.

The server is called anew where one mail ended the connection, and what it says of a mail is understood.
"""

import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import formataddr, formatdate
from pathlib import Path
from typing import Any, Final, Literal, Self, get_args

import msgspec

from onneshon.index import ConfigurationError
from onneshon.index.configuration_file import converted
from onneshon.index.errors import OnneshonError
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


_SECONDS: Final = 30
"""Seconds that the mail server may take for an answer."""

_STRIKES: Final = 3
"""Mails in a row that end their connection, after which no other is tried."""

_ENHANCED: Final = re.compile(rb"\d\.\d+\.\d+")
_NO_MAILBOX: Final = re.compile(rb"5\.1\.(?![78]\b)|5\.2\.1\b")
"""RFC 3463: of the address that mail goes to; 5.1.7 and 5.1.8 are of the sender's."""

_HUNG_UP: Final = 421
"""What servers say before they hang up (RFC 5321); of one that says nothing we say the same."""

_NOBODY: Final = (550, 551, 553, 556)
_FINAL: Final = 500
"""From this code on a mail is refused again (RFC 5321); below, as of one too many an hour, it may not."""


class MailError(OnneshonError):
    """The server of mail does not take what it is given."""


class RefusedError(MailError):
    """It does not take one mail; others it may.

    Args:
        code: what it said of it, as a number; nothing else, since that may name addresses.
        is_unknown: whether it said that there is no such address.

    Attributes:
        is_for_now: whether it may take the same mail soon.
    """

    def __init__(self, code: int, *, is_unknown: bool = False) -> None:
        super().__init__(str(code))
        self.is_unknown = is_unknown
        self.is_for_now = code < _FINAL


class MailServer:
    """The server of mail; a context manager, which hangs up.

    It is called for the first mail, and anew after one that ended the connection, so that no mail holds up
    those behind it.

    Args:
        settings: of the site.
        folder: where its file of a password is.
    """

    def __init__(self, settings: AlertSettings, folder: Path) -> None:
        self._settings = settings
        self._folder = folder
        self._connection = ExitStack()
        self._server: smtplib.SMTP | None = None
        self._strikes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(smtplib.SMTPException, OSError):  # all that it took was answered for
            self._connection.close()

    def send(self, mail: Mail, site: str) -> None:
        """Send a mail.

        Args:
            mail: what is said.
            site: who says it.

        Raises:
            RefusedError: it was not taken, or the server hung up before it said whether it was.
            MailError: there is no server, it takes no mail from here, or it hangs up again and again.
        """
        made = message(mail, site, self._settings.sender)
        with _explained(self._settings):
            try:
                self._called().send_message(made, self._settings.sender, [mail.address])
            except smtplib.SMTPRecipientsRefused as error:
                ((code, said),) = error.recipients.values()
                self._go_on(error)
                raise RefusedError(code, is_unknown=_is_unknown(code, said)) from None
            except smtplib.SMTPDataError as error:  # of this mail alone, as for its words
                self._go_on(error)
                raise RefusedError(error.smtp_code) from None
            except smtplib.SMTPServerDisconnected as error:
                self._go_on(error)
                raise RefusedError(_HUNG_UP) from None
            self._strikes = 0

    def _called(self) -> smtplib.SMTP:
        if self._server is None or self._server.sock is None:
            self._connection.close()
            self._server = self._connection.enter_context(_connection(self._settings, self._folder))
        return self._server

    def _go_on(self, error: smtplib.SMTPException) -> None:
        """With the next mail, unless the server hangs up on one after another."""
        hung_up = self._server is None or self._server.sock is None
        self._strikes = self._strikes + 1 if hung_up else 0
        if self._strikes == _STRIKES or self._server is None:
            raise error


def _is_unknown(code: int, said: bytes) -> bool:
    """Whether there is no such address; one that a server does not like, or passes no mail to, may be."""
    if _ENHANCED.match(said):
        return bool(_NO_MAILBOX.match(said))
    return code in _NOBODY and b"relay" not in said.lower()


def _connection(settings: AlertSettings, folder: Path) -> smtplib.SMTP:
    safe = ssl.create_default_context()
    server = (
        smtplib.SMTP_SSL(settings.server, settings.port, timeout=_SECONDS, context=safe)
        if settings.security == "tls"
        else smtplib.SMTP(settings.server, settings.port, timeout=_SECONDS)
    )
    with ExitStack() as failing:
        failing.callback(server.close)
        if settings.security == "starttls":
            server.starttls(context=safe)
        if settings.user:
            server.login(settings.user, _password(folder / settings.password_file))
        failing.pop_all()
    return server


@contextmanager
def _explained(settings: AlertSettings) -> Iterator[None]:
    """Say in a sentence what was wrong with the server."""
    where = f"{settings.server}:{settings.port}"
    try:
        yield
    except smtplib.SMTPException as error:
        # What it says may name addresses, which belong into no log.
        raise MailError(f"{where} took no mail ({type(error).__name__}): see [site.alerts]") from error
    except OSError as error:
        raise MailError(f"{where} cannot be reached: {error.strerror or type(error).__name__}") from error


def _password(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise MailError(f"{path} cannot be read: {error}; see [site.alerts]") from error
