"""Pictures written into a page: three plain kinds, looked at before anybody draws them."""

import base64
import binascii
import re
import warnings
from io import BytesIO

from PIL import Image

MAX_PICTURE = 2 * 1024 * 1024
MAX_PIXELS = 40_000_000
KINDS = {"png": "PNG", "jpeg": "JPEG", "gif": "GIF"}

_DATA = re.compile(r"data:image/(png|jpeg|gif);base64,([A-Za-z0-9+/=]+)")


def showable(source: str) -> bool:
    """Whether this is the address of a picture that may be shown: it is what it says, and not too large."""
    if len(source) > MAX_PICTURE * 4 // 3 + 100:
        return False
    found = _DATA.fullmatch(source)
    return bool(found) and _is(KINDS[found[1]], found[2]) if found else False


def _is(kind: str, written: str) -> bool:
    try:
        content = base64.b64decode(written, validate=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=[kind]) as picture:
                return picture.width * picture.height <= MAX_PIXELS
    except (binascii.Error, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
