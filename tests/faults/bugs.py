"""The bugs that a checker must catch, each written over the production code of the process it is planted in."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Bug:
    plant: Callable[[], None]


BUGS: dict[str, Bug] = {}
