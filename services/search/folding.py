"""One form for all ways of writing the same: full-width, traditional, capital, bracketed. Pure."""

import unicodedata
from functools import cache
from operator import add

from opencc import OpenCC

SKIPPED = "\0"
"""Stands where a character says nothing: blanks, quotes, brackets, strokes."""

BREAK = "\n"
"""Stands where one stretch of text ends: no phrase reaches over it unless it says so."""


def aligned(text: str) -> str:
    """The folded text, character beneath character of the original."""
    return text.translate(_FORMS)


def folded(text: str) -> str:
    """The text as it is compared: what says nothing is left out."""
    return aligned(text).replace(SKIPPED, "")


def bigrams(text: str) -> str:
    """Each two neighbours of a folded text, parted by blanks; at a break each side stands alone."""
    return " ".join(map(add, text, text[1:]))


def characters(text: str) -> str:
    """Every character of a folded text once, parted by blanks: for what is only one character long."""
    return " ".join(dict.fromkeys(text.replace(BREAK, "")))


class _Forms(dict[int, str]):
    """Filled as characters are met: all that were ever written are too many."""

    def __missing__(self, code: int) -> str:
        self[code] = form = _form(chr(code))
        return form


def _form(character: str) -> str:
    if character.isspace() or unicodedata.category(character) in _SILENT or character in _STROKES:
        return SKIPPED
    plain = _single(unicodedata.normalize("NFKC", character), character)
    if plain.isascii() and not plain.isalnum():
        return plain if plain in _KEPT else SKIPPED if plain in _STROKES else BREAK
    if unicodedata.category(plain)[0] in "PCZ":
        return SKIPPED if unicodedata.category(plain) in _SILENT else BREAK
    return _single(_simplified().convert(_single(plain.lower(), plain)), plain)


_SILENT = frozenset(("Cf", "Mn", "Me", "Ps", "Pe", "Pi", "Pf", "Pd"))
_STROKES = "\"'`-_/\\()[]{}<>·•‧・＂＇"
_KEPT = ".%@#*+=$"


def _single(form: str, otherwise: str) -> str:
    """Only one for one: an original's place must be found again by counting."""
    return form if len(form) == 1 else otherwise


@cache
def _simplified() -> OpenCC:
    return OpenCC("t2s")


_FORMS = _Forms()
