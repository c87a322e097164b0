"""A server that the environment gives: used, never started, stopped or emptied."""

from dataclasses import dataclass


class NotOurs(Exception):
    """This server is given by the environment; Gongkai may neither kill nor empty it."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True)
class Given:
    url: str

    def start(self, *, empty: bool = False) -> None:
        if empty:
            raise NotOurs

    def stop(self) -> None:
        """Whoever started it stops it."""

    def kill(self) -> None:
        raise NotOurs
