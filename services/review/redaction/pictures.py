"""Pictures without what is attached to them: thumbnails, places, names of cameras and of people."""

import struct
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from shared.files import DamagedFile

_JPEG, _SCAN = b"\xff\xd8", 0xDA
_SEEN = frozenset(
    (0xE0, 0xEE)
)  # How to show it: JFIF and Adobe. The other application parts and comments go.
_NEEDED = frozenset(("transparency", "dpi"))
_TOLD = frozenset((*range(0xE0, 0xF0), 0xFE))


def plain(body: bytes) -> bytes:
    """The same picture; a JPEG is not compressed a second time."""
    return _jpeg(body) if body.startswith(_JPEG) else _again(body)


def _jpeg(body: bytes) -> bytes:
    out, at = bytearray(_JPEG), 2
    while at + 4 <= len(body):
        sign, marker, length = struct.unpack_from(">BBH", body, at)
        if sign != 0xFF:
            raise DamagedFile
        if marker == _SCAN:
            return bytes(out) + body[at : body.find(b"\xff\xd9", at)] + b"\xff\xd9"
        if marker not in _TOLD or marker in _SEEN:
            out += body[at : at + 2 + length]
        at += 2 + length
    raise DamagedFile


def _again(body: bytes) -> bytes:
    file = BytesIO()
    try:
        with Image.open(BytesIO(body)) as picture:
            bare = picture.copy()
            bare.info = {key: value for key, value in picture.info.items() if key in _NEEDED}
            bare.save(file, picture.format)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise DamagedFile from None
    return file.getvalue()
