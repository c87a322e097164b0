"""Which history of the database this is: raised after a restore, so that two histories never mix."""

from .db import Database


async def current(database: Database) -> int:
    """The number that every stream's key carries."""
    [row] = await database.look("SELECT number FROM shared.timeline")
    return int(row.number)


def key(stream: str, timeline: int) -> str:
    """The stream's key in the broker."""
    return f"gongkai:{stream}:t{timeline}"


class BrokerAhead(Exception):
    """The broker holds positions that the database never gave: the database was restored to an earlier time.

    Nothing is repaired by guessing. Look at what the stream holds above the database's head, then run
    `gongkai timeline advance`, which begins a new stream, and restart the services.
    """

    def __init__(self, stream: str, top: int, head: int) -> None:
        super().__init__(f"{self.__doc__} Stream {stream}: broker at {top}, database at {head}.")
        self.top = top
        self.head = head
