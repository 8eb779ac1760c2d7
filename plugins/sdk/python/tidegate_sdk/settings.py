"""Settings: JSON in, a dataclass out. The host has held the JSON against the plugin's schema before; this says what it is in Python."""

import dataclasses
import json
import keyword
import types
import typing
from typing import Any, Type, TypeVar

from .failure import BadSettings

S = TypeVar("S")


def read(kind: Type[S], text: str) -> S:
    """The settings of that JSON. Fields with a default may be left out; unknown ones are refused.

    A key that is a word of Python's (`except`, `from`) is read into the field with `_` behind it.
    """
    return _value(kind, json.loads(text), "")


def _value(kind: Any, given: Any, pointer: str) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return given
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind, given, pointer)
    if origin in (typing.Union, types.UnionType):
        return None if given is None and type(None) in arguments else _value(_only(arguments, pointer), given, pointer)
    if origin is typing.Literal:
        return given if given in arguments else _refuse(given, pointer, "one of " + ", ".join(map(str, arguments)))
    if origin in (list, tuple):
        items = given if isinstance(given, list) else _refuse(given, pointer, "a list")
        read_items = [_value(arguments[0], item, f"{pointer}/{index}") for index, item in enumerate(items)]
        return read_items if origin is list else tuple(read_items)
    if origin is dict:
        members = given if isinstance(given, dict) else _refuse(given, pointer, "an object")
        return {key: _value(arguments[1], value, f"{pointer}/{key}") for key, value in members.items()}
    return _plain(kind, given, pointer)


def _dataclass(kind: Any, given: Any, pointer: str) -> Any:
    members = given if isinstance(given, dict) else _refuse(given, pointer, "an object")
    hints = typing.get_type_hints(kind)
    fields = {name[:-1] if keyword.iskeyword(name[:-1]) else name: name for name in hints}
    unknown = sorted(set(members) - set(fields))
    if unknown:
        raise BadSettings(f"`{pointer}/{unknown[0]}`: unknown; known are {', '.join(sorted(fields))}")
    read_members = {fields[key]: _value(hints[fields[key]], value, f"{pointer}/{key}") for key, value in members.items()}
    try:
        return kind(**read_members)
    except TypeError as error:
        raise BadSettings(f"`{pointer}`: {error}") from error


def _plain(kind: Any, given: Any, pointer: str) -> Any:
    # JSON Schema calls 1.0 an integer; Python's bool is an int, JSON's is not.
    if kind is int and isinstance(given, float) and given.is_integer():
        return int(given)
    if kind is float and isinstance(given, int) and not isinstance(given, bool):
        return float(given)
    fits = isinstance(given, kind) and (kind is bool or not isinstance(given, bool))
    return given if fits else _refuse(given, pointer, f"of type {kind.__name__}")


def _only(arguments: Any, pointer: str) -> Any:
    others = [argument for argument in arguments if argument is not type(None)]
    if len(others) != 1:
        raise BadSettings(f"`{pointer}`: a setting of several types cannot be read; write a dataclass for it")
    return others[0]


def _refuse(given: Any, pointer: str, wanted: str) -> Any:
    raise BadSettings(f"`{pointer}`: {json.dumps(given)} is not {wanted}")
