"""The server that takes the mails of alerts: called, called anew where one ended that, and understood."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final, Self

from onneshon.index.errors import OnneshonError
from onneshon.web.alerts.mail import AlertSettings, Mail, message

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


class MailError(OnneshonError):
    """The server of mail does not take what it is given."""


class RefusedError(MailError):
    """It does not take one mail; others it may.

    Args:
        code: what it said of it, as a number; nothing else, since that may name addresses.
        is_unknown: whether it said that there is no such address.
    """

    def __init__(self, code: int, *, is_unknown: bool = False) -> None:
        super().__init__(str(code))
        self.is_unknown = is_unknown


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
