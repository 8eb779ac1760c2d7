"""The moment that is handed in, taken apart. There is no other clock: inside a plugin `time` and `datetime.now` are shut."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

SECOND = 1_000_000_000
DAY = 86_400 * SECOND

DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
"""Days of the week as they are written in settings, from Sunday on."""


@dataclass(frozen=True)
class Utc:
    """A moment in UTC. `midnight` is the one at its beginning, nanoseconds since 1970."""

    day: str
    hour: int
    minute: int
    midnight: int


def utc(moment: int) -> Utc:
    """That moment (nanoseconds since 1970) in UTC."""
    days, rest = divmod(moment, DAY)
    minutes = rest // (60 * SECOND)
    # 1970 began on a Thursday.
    return Utc(DAYS[(days + 4) % 7], minutes // 60, minutes % 60, days * DAY)


def add_days(moment: int, days: int) -> int:
    """So many days later, or earlier."""
    return moment + days * DAY


def shown(moment: int) -> str:
    """As `2027-03-31T14:30Z`."""
    at = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=moment // SECOND)
    return at.isoformat(timespec="minutes").removesuffix("+00:00") + "Z"
