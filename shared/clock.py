"""The one place that asks what time it is."""

from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import uuid_utils.compat

BEIJING = ZoneInfo("Asia/Shanghai")
"""Statutory dates are Beijing dates, wherever the server stands."""


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """The date in Beijing."""
    return now().astimezone(BEIJING).date()


def new_id() -> UUID:
    """A UUIDv7: unique, and sorted by the time it was made."""
    return uuid_utils.compat.uuid7()
