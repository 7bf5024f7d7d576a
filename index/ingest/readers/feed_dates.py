"""The days that feeds write, in ISO 8601 or in words."""

import datetime as dt
from email.utils import parsedate

__all__ = ["written_day"]


def written_day(date: str) -> dt.date | None:
    """The day as it is written, in whatever zone: in UTC it may be the day before.

    Args:
        date: of ISO 8601, as Atom has it, or of RFC 822, as RSS does; None where it is neither.
    """
    try:
        return dt.datetime.fromisoformat(date.strip()).date()
    except ValueError:
        parsed = parsedate(date)
    try:
        return dt.date(*parsed[:3]) if parsed else None
    except ValueError:
        return None
