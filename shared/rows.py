"""Many rows as one parameter of a statement."""

from collections.abc import Sequence
from typing import Any

import orjson


def packed(rows: Sequence[Any]) -> str:
    """As JSON, for `json_to_recordset`: a fraction of what an array for each column costs."""
    return orjson.dumps(rows).decode()
