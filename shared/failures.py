"""Telling apart what trying again can mend, what it cannot, and a database that is away."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted


class Permanent(Exception):
    """Trying again cannot help."""


_AWAY = ("08", "53", "57P")
"""SQLSTATE beginnings: connection lost, out of resources, server shutting down or starting."""


def gone(trouble: BaseException) -> bool:
    """Whether the database is away rather than displeased: then wait, and count nothing as failed."""
    if isinstance(trouble, InterfaceError | PoolExhausted):
        return True
    if not isinstance(trouble, DBAPIError):
        return isinstance(trouble, ConnectionError)
    state = getattr(trouble.orig, "sqlstate", None)
    if state is None:  # Not the server's word: it was not reached, or the driver could not send this.
        return trouble.connection_invalidated or isinstance(trouble, OperationalError)
    return trouble.connection_invalidated or state.startswith(_AWAY)
