"""What ``[site.alerts]`` says: from whom mail comes, and which server takes it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from onneshon.index import ConfigurationError
from onneshon.index.configuration import converted
from onneshon.web.site.mail_address import is_mail_address

Security = Literal["none", "starttls", "tls"]

_LAST_HOUR = 23


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
