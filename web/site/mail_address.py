"""Addresses of e-mail."""

import re
from typing import Final

LONGEST: Final = 254
"""Characters (RFC 5321)."""

_SHAPE: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def is_mail_address(text: str) -> bool:
    """Whether a text is an address that any server of mail takes: in ASCII, without quotes."""
    return len(text) <= LONGEST and _SHAPE.fullmatch(text) is not None
