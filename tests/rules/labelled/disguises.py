"""How something can be written so that a reader sees it and a search does not."""

from collections.abc import Callable

Disguise = Callable[[str], str]

_TRADITIONAL = str.maketrans("绝机长个会议开后发", "絕機長個會議開後發")


def plain(text: str) -> str:
    return text


def wide(text: str) -> str:
    """Full-width figures, letters and signs."""
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


def spaced(text: str) -> str:
    return " ".join(text)


def wide_spaced(text: str) -> str:
    return "\u3000".join(text)


def zero_width(text: str) -> str:
    return "\u200b".join(text)


def soft_hyphens(text: str) -> str:
    return "\u00ad".join(text) + "\ufeff"


def joined_by_words(text: str) -> str:
    """Word joiners and direction marks."""
    return "".join(one + "\u2060\u200e" for one in text)


def broken(text: str) -> str:
    """Over two lines, in the middle."""
    return text[: len(text) // 2] + "\n" + text[len(text) // 2 :]


def broken_by_a_printer(text: str) -> str:
    return text[: len(text) // 2] + " \r\n  " + text[len(text) // 2 :]


def upright(text: str) -> str:
    """One character below the other."""
    return "\n".join(text)


def traditional(text: str) -> str:
    return text.translate(_TRADITIONAL)


def mathematical(text: str) -> str:
    """The figures of mathematical alphabets, which look bold."""
    return "".join(chr(0x1D7CE + int(one)) if one.isascii() and one.isdigit() else one for one in text)


def circled(text: str) -> str:
    return "".join("⓪①②③④⑤⑥⑦⑧⑨"[int(one)] if one.isascii() and one.isdigit() else one for one in text)


OF_WORDS: tuple[Disguise, ...] = (
    plain, wide, spaced, wide_spaced, zero_width, soft_hyphens, joined_by_words, broken, upright, traditional,
)  # fmt: skip
OF_NUMBERS: tuple[Disguise, ...] = (
    plain, wide, spaced, wide_spaced, zero_width, soft_hyphens, joined_by_words, broken, broken_by_a_printer,
    upright, mathematical, circled,
)  # fmt: skip
