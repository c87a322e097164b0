"""Zip archives from strangers, opened within a budget and never to disk."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise

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


def entries(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Every entry, inflated one after the other within one budget."""
    left = MAX_INFLATED
    for info in archive.infolist():
        body = _inflated(archive, info, left)
        left -= len(body)
        yield info.filename, body


def entry(archive: zipfile.ZipFile, name: str, limit: int = MAX_INFLATED) -> bytes:
    return _inflated(archive, archive.getinfo(name), limit)


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
