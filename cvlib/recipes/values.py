"""Parts of a recipe that carry numbers of their own: frozen, hashable, and JSON without loss."""
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from math import isfinite
from numbers import Real
from typing import Any, ClassVar

__all__ = ["FrozenMap", "Value", "as_json", "fractions", "frozen", "numbers", "read_value"]


class FrozenMap(Mapping):
    """A mapping of names to plain values that cannot be changed: it can be hashed, compared and pickled."""

    def __init__(self, items: Mapping[str, Any] | Iterable = ()):
        self._items = {str(key): frozen(value) for key, value in dict(items).items()}

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)


@dataclass(frozen=True)
class Value:
    """A named part of a recipe. ``kind`` is its name in JSON; raises ValueError where a subclass finds a
    `fault` in its own numbers."""

    kind: ClassVar[str]

    def __post_init__(self):
        for field in fields(self):
            object.__setattr__(self, field.name, frozen(getattr(self, field.name)))
        fault = self.fault()
        if fault:
            raise ValueError(f"{self.kind}: {fault}")

    def fault(self) -> str | None:
        """What is wrong with the numbers, in words; None where nothing is."""
        return None


def frozen(value: Any) -> Any:
    """Lists as tuples and mappings as `FrozenMap`, all the way down."""
    if isinstance(value, Mapping):
        return FrozenMap(value)
    return tuple(map(frozen, value)) if isinstance(value, list | tuple) else value


def as_json(value: Any) -> Any:
    """What `json` can write: values as {"kind": ..., fields}, tuples as lists."""
    if isinstance(value, Value):
        return {"kind": value.kind} | {f.name: as_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {key: as_json(item) for key, item in value.items()}
    return [as_json(item) for item in value] if isinstance(value, list | tuple) else value


def read_value(said: Any, kinds: Mapping[str, type[Value]]) -> Value:
    """The value that ``said`` describes: itself, its kind alone, or {"kind": ..., fields} as in JSON.

    Raises ValueError that lists the nearest kinds, or names the field that it does not have.
    """
    if isinstance(said, tuple(kinds.values())):
        return said
    given = dict(said) if isinstance(said, Mapping) else {"kind": said}
    kind = given.pop("kind", None)
    if not isinstance(kind, str) or kind not in kinds:
        near = get_close_matches(str(kind), kinds, n=3, cutoff=0.0)
        raise ValueError(f"there is no {kind!r}; did you mean {', '.join(near)}?")
    known = [field.name for field in fields(kinds[kind])]
    unknown = [name for name in given if name not in known]
    if unknown:
        raise ValueError(f"{kind} has no {unknown[0]!r}; it has {', '.join(known) or 'no numbers'}")
    return kinds[kind](**given)


def numbers(*values: Any) -> bool:
    """Whether each is a finite number (and no bool)."""
    return all(isinstance(v, Real) and not isinstance(v, bool) and isfinite(v) for v in values)


def fractions(pair: Any, *, most: float = 1.0) -> bool:
    """Whether ``pair`` is two numbers, 0 < first <= second <= ``most``."""
    return (isinstance(pair, tuple) and len(pair) == 2 and numbers(*pair)
            and 0 < pair[0] <= pair[1] <= most)
