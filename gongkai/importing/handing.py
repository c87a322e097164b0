"""Good rows are handed in like any submission: intake and review see each before anybody else does."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..asking import Desk
from ..faults import Refused
from ..record import rows
from ..submitting import File, submit
from .checking import Known, inside
from .rows import House, Read

BODIES = "SELECT code, name, name_en FROM shared.department"

HANDED_IN = "SELECT key FROM intake.submission WHERE key LIKE 'catalogue-%'"

NUMBERED = """
    SELECT doc_no_key, index_no FROM publish.public_edition WHERE doc_no_key IS NOT NULL
"""

TAKEN = """
    SELECT index_no AS number FROM publish.document WHERE index_no IS NOT NULL
    UNION SELECT former FROM publish.former_index_no
"""

Told = Callable[[int, int], None]


def house(data: Path, department: str, author: str, kind: str, theme: str) -> House:
    """The organisation as the record has it."""
    bodies = rows(data, BODIES)
    names = {row[name].casefold(): row["code"] for row in bodies for name in ("code", "name", "name_en")}
    return House(department, author, names, kind, theme)


def known(data: Path) -> Known:
    """What is there already, in three questions however many rows there are."""
    return Known(
        frozenset(row["key"] for row in rows(data, HANDED_IN)),
        {row["doc_no_key"]: row["index_no"] for row in rows(data, NUMBERED)},
        frozenset(row["number"] for row in rows(data, TAKEN)),
    )


def hand_in(desk: Desk, good: Sequence[Read], folder: Path, told: Told) -> list[dict[str, Any]]:
    """The receipts. What intake refuses is put down as the row's fault; the others are not held up."""
    receipts = []
    for number, one in enumerate(good, 1):
        try:
            receipts.append({"row": one.row.number, **_submit(desk, one, folder)})
        except Refused as refused:
            if refused.problem.get("code") == "already-submitted":
                receipts.append({"row": one.row.number, "already": True, **refused.problem})
            else:
                one.fault("title", str(refused), str(refused))
        told(number, len(good))
    return receipts


def _submit(desk: Desk, one: Read, folder: Path) -> dict[str, Any]:
    paths = [path for name in one.files if (path := inside(folder, name))]
    metadata = {name: _plain(value) for name, value in one.meant.items() if name != "author"}
    files = [File(path.name, path.read_bytes()) for path in paths]
    return submit(desk, metadata, files, one.key)


def _plain(value: Any) -> Any:
    """As JSON has it."""
    return value.isoformat() if hasattr(value, "isoformat") else value
