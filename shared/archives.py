"""Zip archives from strangers, opened within a budget and never to disk."""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from pathlib import PurePosixPath

from shared.unacceptable import DamagedFile, EncryptedFile, UnacceptableFile, ZipBomb

MAX_RATIO = 100
MAX_INFLATED = 500 * 1024 * 1024
MAX_ENTRIES = 2_000

_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_CHUNK = 64 * 1024
_KNOWN_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OverflowError,
           NotImplementedError, RuntimeError)  # fmt: skip


@dataclass(slots=True)
class Budget:
    """What one file may unpack to, in bytes and entries, counted over all archives inside one another."""

    size: int = field(default_factory=lambda: MAX_INFLATED)
    entries: int = field(default_factory=lambda: MAX_ENTRIES)

    def inflate(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
        if self.entries <= 0:
            raise ZipBomb(limit=MAX_ENTRIES)
        self.entries -= 1
        left = self.size
        self.size = max(0, left - info.file_size)  # Spent even if it fails, lest it is tried again and again.
        return _inflated(archive, info, left)


def opened(content: bytes) -> zipfile.ZipFile:
    """The archive, its directory checked; nothing is inflated yet."""
    # Counted on the bytes, because zipfile builds the whole directory before anybody can look at it.
    if content.count(_ENTRY) > MAX_ENTRIES:
        raise ZipBomb(limit=MAX_ENTRIES)
    try:
        archive = zipfile.ZipFile(BytesIO(content))
        _check(archive, content)
    except UnacceptableFile:
        raise
    except _BROKEN:
        raise DamagedFile from None
    return archive


def entries(archive: zipfile.ZipFile, budget: Budget | None = None) -> Iterator[tuple[str, bytes]]:
    """Every entry, inflated one after the other within one budget."""
    budget = budget or Budget()
    for info in archive.infolist():
        yield name_of(info), budget.inflate(archive, info)


def entry(archive: zipfile.ZipFile, name: str, limit: int = MAX_INFLATED) -> bytes:
    return _inflated(archive, archive.getinfo(name), limit)


def name_of(info: zipfile.ZipInfo) -> str:
    """An entry's name, with / between folders; one that does not say that it is UTF-8 may also be GBK."""
    if info.flag_bits & _SAYS_UTF8:
        return info.filename
    written = info.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return written.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return info.filename


def leaves(info: zipfile.ZipInfo) -> bool:
    """Whether unpacking this entry would write outside its folder, or deceive whoever does."""
    name = name_of(info)
    path = PurePosixPath(name.replace("\\", "/"))
    return (
        path.is_absolute()
        or ".." in path.parts
        or bool(_DRIVE.match(name))
        or "\0" in info.orig_filename
        or len(name.encode("utf-8", "replace")) > _LONGEST_PATH
        or stat.S_ISLNK(info.external_attr >> 16)
    )


_SAYS_UTF8 = 0x800
_DRIVE = re.compile(r"[A-Za-z]:")
_LONGEST_PATH = 1_000


def _check(archive: zipfile.ZipFile, content: bytes) -> None:
    infos = archive.infolist()
    if sum(info.file_size for info in infos) > min(MAX_INFLATED, MAX_RATIO * len(content)):
        raise ZipBomb(limit=MAX_INFLATED)
    if any(info.flag_bits & 1 for info in infos):
        raise EncryptedFile
    # Two readers of one archive may choose different ones of two equal names.
    if len({info.filename.lower() for info in infos}) < len(infos):
        raise DamagedFile
    if any(info.compress_type not in _KNOWN_METHODS for info in infos):
        raise DamagedFile
    _refuse_overlaps(archive, infos, content)


def _refuse_overlaps(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], content: bytes) -> None:
    """CVE-2024-0450: entries that share their compressed bytes multiply them."""
    spans = sorted((info.header_offset, _end(info, content)) for info in infos)
    if any(end > following for (_, end), (following, _) in pairwise(spans)):
        raise ZipBomb(limit=MAX_INFLATED)
    if spans and spans[-1][1] > archive.start_dir:
        raise ZipBomb(limit=MAX_INFLATED)


def _end(info: zipfile.ZipInfo, content: bytes) -> int:
    mark, name, extra = _LOCAL_HEADER.unpack_from(content, info.header_offset)
    if mark != b"PK\x03\x04":
        raise DamagedFile
    return info.header_offset + _LOCAL_HEADER.size + int(name) + int(extra) + info.compress_size


def _inflated(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    body = bytearray()
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                body += chunk
                if len(body) > limit:
                    raise ZipBomb(limit=limit)
    except UnacceptableFile:
        raise
    except _BROKEN:
        raise DamagedFile from None
    return bytes(body)
