"""Shuts what a plugin must not have, so that whoever reaches for it reads why, where it would only be trapped."""

import datetime
import random
import time
from typing import Any, NoReturn

_SHUT_IN_TIME = ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time", "sleep")


def shut() -> None:
    """Called once the author's modules are imported: modules of Python itself look at the clock when they are."""
    for name in _SHUT_IN_TIME:
        setattr(time, name, _refusing("clock"))
    for name in ("random", "randint", "randrange", "choice", "choices", "shuffle", "sample", "uniform", "getrandbits"):
        setattr(random, name, _refusing("randomness"))

    class Datetime(datetime.datetime):
        now = utcnow = today = classmethod(_refusing("clock"))

    class Date(datetime.date):
        today = classmethod(_refusing("clock"))

    datetime.datetime, datetime.date = Datetime, Date  # type: ignore[misc]


def _refusing(what: str) -> Any:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise RuntimeError(f"a plugin has no {what}: the moment of the decision is `request.evaluated_at`")

    return refuse
