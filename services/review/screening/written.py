"""How a number may be written: in one piece, in groups, digit by digit, over two lines."""

import re

_GAPS = r"\s\-‐–—_.·"
GAP = f"[{_GAPS}]"
LEFT = r"(?<![0-9])(?<![0-9]\.)"
RIGHT = r"(?![0-9A-Za-z])(?!\.[0-9]{1,2}(?![0-9]))"  # Nor an amount with its cents.

# A stretch with digits enough to hold any number looked for; the rules look nowhere else.
RUN = re.compile(rf"[0-9](?=[0-9Xx{_GAPS}]{{9}})(?:{GAP}{{0,3}}[0-9Xx]){{9,}}+")


def in_one_piece(size: int, first: str) -> re.Pattern[str]:
    return re.compile(rf"{LEFT}(?=(?P<number>{first}[0-9]{{{size - 1}}}){RIGHT})")


def in_groups(*sizes: int, first: str) -> re.Pattern[str]:
    """Groups of these sizes, parted by the same sign throughout."""
    groups = [f"{first}[0-9]{{{sizes[0] - 1}}}", *(f"[0-9]{{{size}}}" for size in sizes[1:])]
    parted = f"(?P<gap>{GAP})" + "(?P=gap)".join(groups[1:])
    return re.compile(rf"{LEFT}(?=(?P<number>{groups[0]}{parted}){RIGHT})")


def over_two_lines(size: int, first: str) -> re.Pattern[str]:
    one_break = rf"(?=[0-9]{{1,{size - 1}}}\n[0-9]{{1,{size - 1}}}{RIGHT})"
    return re.compile(rf"{LEFT}{one_break}(?=(?P<number>{first}(?:\n?[0-9]){{{size - 1}}}){RIGHT})")


def digits(written: str) -> str:
    return re.sub(GAP, "", written).upper()


def sizes(written: str) -> list[int]:
    return [len(group) for group in re.split(f"{GAP}+", written)]


def is_alone(text: str, start: int, end: int, gap: str) -> bool:
    """Not a stretch of a longer row of figures parted by the same sign."""
    left = text[start - 1 : start] == gap and text[max(0, start - 2) : start - 1].isdigit()
    right = text[end : end + 1] == gap and text[end + 1 : end + 2].isdigit()
    return not (left or right)


def before(text: str, start: int, length: int = 30) -> str:
    return text[max(0, start - length) : start]
