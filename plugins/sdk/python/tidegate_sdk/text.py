"""Texts of bounded length. Nothing is escaped: the host does that for the place where it shows them."""


def bounded(text: str, bytes_max: int) -> str:
    """The text, cut between characters and ended with `…` where it is longer than that many bytes of UTF-8."""
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= bytes_max:
        return encoded.decode("utf-8")
    room = max(bytes_max - len("…".encode()), 0)
    return encoded[:room].decode("utf-8", "ignore") + "…"


def counted(count: int, noun: str) -> str:
    """`1 test`, `2 tests`: a count with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
