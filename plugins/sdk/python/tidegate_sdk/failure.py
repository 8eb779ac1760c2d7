"""Why there is no conclusion: raised, never returned, so that nobody goes on with half an answer."""

import traceback
from typing import Callable, TypeVar

from componentize_py_types import Err
from wit_world.imports import types

from .text import bounded

T = TypeVar("T")


class BadSettings(Exception):
    """The settings do not fit what is asked: whoever owns the policy set has to act."""


class BadEvidence(Exception):
    """The evidence allows no conclusion: whoever brought it has to act. The stage is inconclusive, which is never a pass."""


class Internal(Exception):
    """The plugin's own fault."""


def answered(judge: Callable[[], T]) -> T:
    """Answers what the function does; whatever it raises becomes a failure of the contract, one that says where it was raised."""
    try:
        return judge()
    except BadSettings as error:
        raise Err(types.Failure_BadSettings(str(error))) from error
    except BadEvidence as error:
        raise Err(types.Failure_BadEvidence(str(error))) from error
    except Internal as error:
        raise Err(types.Failure_Internal(str(error))) from error
    except Exception as error:  # whatever it is, a report of it helps more than a trap
        said = f"the plugin raised {type(error).__name__}: {error}\n{_places(error)}"
        raise Err(types.Failure_Internal(bounded(said, 4096))) from error


def _places(error: BaseException) -> str:
    """The innermost last. Without the lines of source: inside a plugin there are no files to read them from."""
    frames = traceback.walk_tb(error.__traceback__)
    return "\n".join(f"{frame.f_code.co_filename}:{line} in {frame.f_code.co_name}" for frame, line in frames)
