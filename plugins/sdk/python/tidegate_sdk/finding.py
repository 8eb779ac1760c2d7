"""What a rule observed."""

from typing import Optional, Union

from wit_world.imports.types import Finding, Location, Remediation, Severity

from .text import bounded

MESSAGE_BYTES_MAX = 1024
"""Bytes of a finding's message, at most; longer ones are cut."""
FIELD_BYTES_MAX = 512
"""Bytes of any other text of a finding, at most."""

__all__ = ["Finding", "Location", "Remediation", "Severity", "decisive", "note"]


def note(rule: str, severity: Severity, message: str, **details: object) -> Finding:
    """Something worth saying: it changes nothing. `details` as in `decisive`."""
    return _finding(rule, severity, message, False, **details)  # type: ignore[arg-type]


def decisive(rule: str, severity: Severity, message: str, **details: object) -> Finding:
    """Something that alone makes the stage fail.

    `details`: `subject` (what it is about; waivers match on it), `uri` and `line` (where; counted from 1), `fingerprint` (stable across runs),
    `evidence` (the digest of the document it was read from), `remediation` (a sentence, or a `Remediation`).
    """
    return _finding(rule, severity, message, True, **details)  # type: ignore[arg-type]


def _finding(
    rule: str,
    severity: Severity,
    message: str,
    is_decisive: bool,
    *,
    subject: Optional[str] = None,
    uri: Optional[str] = None,
    line: Optional[int] = None,
    fingerprint: Optional[str] = None,
    evidence: Optional[str] = None,
    remediation: Union[str, Remediation, None] = None,
) -> Finding:
    def cut(text: Optional[str]) -> Optional[str]:
        return None if text is None else bounded(text, FIELD_BYTES_MAX)

    if isinstance(remediation, str):
        remediation = Remediation(bounded(remediation, FIELD_BYTES_MAX), None, None)
    location = None if uri is None else Location(bounded(uri, FIELD_BYTES_MAX), line)
    text = bounded(message, MESSAGE_BYTES_MAX)
    return Finding(rule, severity, text, location, cut(subject), cut(fingerprint), evidence, remediation, is_decisive)
