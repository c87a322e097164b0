"""ZIP archives whose bytes depend on nothing but what is in them, and names that are safe on any disk."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping

MADE = (1980, 1, 1, 0, 0, 0)
"""ZIP notes when each member was written; one fixed moment makes every run alike."""

MODIFIED = re.compile(rb"<dcterms:modified[^>]*>[^<]*</dcterms:modified>")


def zipped(members: Mapping[str, bytes]) -> bytes:
    """In the order of their names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(members):
            member = zipfile.ZipInfo(name, MADE)
            member.external_attr = 0o644 << 16
            member.create_system = 3
            archive.writestr(member, members[name], zipfile.ZIP_DEFLATED, 6)
    return buffer.getvalue()


def plain(name: str) -> str:
    """The name without what some system takes for a path or a device."""
    safe = re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]', "_", unicodedata.normalize("NFC", name)).strip(" .")
    return safe[-120:] or "_"


def apart(names: list[str]) -> list[str]:
    """Each as it is, or with its number before it where two would be one."""
    folded = [name.casefold() for name in names]
    return [
        name if folded.count(name.casefold()) == 1 else f"{number}-{name}"
        for number, name in enumerate(names, 1)
    ]


def undated(archive: bytes) -> bytes:
    """An office document without the moments at which its parts were written."""
    with zipfile.ZipFile(io.BytesIO(archive)) as read:
        return zipped({name: MODIFIED.sub(b"", read.read(name)) for name in read.namelist()})
