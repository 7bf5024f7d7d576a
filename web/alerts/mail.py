"""E-mails of alerts: their format, their settings (``[site.alerts]``), and the mail server.

After a mail that ended the connection, the server is connected to again; its replies are interpreted.
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
from typing import Any, Final, Literal, Self

import msgspec

from onneshon.index import ConfigurationError
from onneshon.index.configuration_file import converted
from onneshon.index.errors import OnneshonError
from onneshon.web.site.settings import is_mail_address

Security = Literal["none", "starttls", "tls"]

_LAST_HOUR = 23


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail to a reader.

    Attributes:
        address: the address of the reader.
        subject: the subject.
        text: the plain text part.
        html: the same as HTML.
        headers: further headers, in ASCII.
        key: an identifier of letters and digits, the same for the same mail. A mail sent again, because it is
            unknown whether it was accepted, keeps its id, so that mail servers and clients drop the copy.
    """

    address: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    key: str


def message(mail: Mail, site: str, sender: str) -> MIMEMultipart:
    """The MIME message of a mail.

    It uses Python's older message classes: the newer ones write long web addresses in headers as encoded
    words, which mail clients that unsubscribe by a header would not understand.

    Args:
        mail: the content of the mail.
        site: the name of the site, which is shown as the sender.
        sender: the sender's address.
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
    """The settings of ``[site.alerts]``.

    Attributes:
        sender: the sender's address; empty where no mail is sent.
        server: the host of the SMTP server.
        port: the port of the SMTP server.
        security: how the connection to the server is encrypted.
        user: the user to sign in as; empty for none.
        password_file: a file next to ``onneshon.toml`` that contains only the password of the user.
        hour: the hour of the day, in the server's time zone, before which no news is sent.
    """

    sender: str = ""
    server: str = "localhost"
    port: int = 25
    security: Security = "none"
    user: str = ""
    password_file: str = ""
    hour: int = 6


def read_alerts(path: Path | None, table: Mapping[str, Any]) -> AlertSettings:
    """Read the settings of alerts from a configuration's table.

    Raises:
        ConfigurationError: a key is unknown, or a value is invalid.
    """
    settings = converted(path, "site.alerts", dict(table), AlertSettings)
    for wrong, key, reason in (
        (table and not is_mail_address(settings.sender), "sender", "must be an address as news@example.org"),
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
"""Timeout in seconds for a reply of the mail server."""

_STRIKES: Final = 3
"""Number of consecutive mails that end their connection, after which sending stops."""

_ENHANCED: Final = re.compile(rb"\d\.\d+\.\d+")
_NO_MAILBOX: Final = re.compile(rb"5\.1\.(?![78]\b)|5\.2\.1\b")
"""Status codes for an unknown recipient (RFC 3463); 5.1.7 and 5.1.8 are about the sender's address."""

_HUNG_UP: Final = 421
"""Reply code of servers that close the connection (RFC 5321); we also use it for one that closes silently."""

_NOBODY: Final = (550, 551, 553, 556)
_FINAL: Final = 500
"""The first permanent reply code (RFC 5321); lower ones, as for too many mails an hour, are temporary."""


class MailError(OnneshonError):
    """The mail server does not accept mail."""


class RefusedError(MailError):
    """The mail server did not accept one mail; it may accept others.

    Args:
        code: the reply code of the server; without its text, which may contain addresses.
        is_unknown: whether the server said that there is no such address.

    Attributes:
        is_for_now: whether the server may accept the same mail soon.
    """

    def __init__(self, code: int, *, is_unknown: bool = False) -> None:
        super().__init__(str(code))
        self.is_unknown = is_unknown
        self.is_for_now = code < _FINAL


class MailServer:
    """The mail server; a context manager, which closes the connection.

    It is connected to for the first mail, and again after a mail that ended the connection, so that no mail
    blocks those after it.

    Args:
        settings: the site's settings for alerts.
        folder: the folder of the password file.
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
        with suppress(smtplib.SMTPException, OSError):  # every mail it accepted was confirmed
            self._connection.close()

    def send(self, mail: Mail, site: str) -> None:
        """Send a mail.

        Args:
            mail: the content of the mail.
            site: the name of the site, which is shown as the sender.

        Raises:
            RefusedError: the mail was not accepted, or the connection ended before the server replied.
            MailError: there is no server, it accepts no mail from here, or it keeps closing connections.
        """
        made = message(mail, site, self._settings.sender)
        with _explained(self._settings):
            try:
                self._called().send_message(made, self._settings.sender, [mail.address])
            except smtplib.SMTPRecipientsRefused as error:
                ((code, said),) = error.recipients.values()
                self._go_on(error)
                raise RefusedError(code, is_unknown=_is_unknown(code, said)) from None
            except smtplib.SMTPDataError as error:  # about this mail only, for example its words
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
        """Allow the next mail, unless the server closes one connection after another: then raise."""
        hung_up = self._server is None or self._server.sock is None
        self._strikes = self._strikes + 1 if hung_up else 0
        if self._strikes == _STRIKES or self._server is None:
            raise error


def _is_unknown(code: int, said: bytes) -> bool:
    """Whether the reply means that the address does not exist, and not that it is blocked or not relayed."""
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
    """A context that turns errors of the server into MailError with a sentence."""
    where = f"{settings.server}:{settings.port}"
    try:
        yield
    except smtplib.SMTPException as error:
        # The server's text may contain addresses, which belong in no log.
        raise MailError(f"{where} took no mail ({type(error).__name__}): see [site.alerts]") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise MailError(
            f"{where} cannot be reached ({reason}): see server and port in [site.alerts]"
        ) from error


def _password(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise MailError(f"{path} cannot be read: {error}; see [site.alerts]") from error
