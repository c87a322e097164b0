"""主题分类: the State Council's theme tree of two levels, by code, by name and by path."""

import csv
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from types import MappingProxyType

TREE = Path(__file__).parent / "themes.csv"

SEPARATORS = "\\/＼／>＞"
"""What stands between the two names of a path; gov.cn writes the first."""


@dataclass(frozen=True)
class Theme:
    """One place in the tree; `code` is NN at the top and NN.NN below."""

    code: str
    zh: str
    en: str

    @property
    def top(self) -> str:
        """The code of the top-level theme that it belongs to."""
        return self.code[:2]


class UnknownTheme(ValueError):
    """There is no such theme in the State Council's tree."""

    zh = "主题分类中没有这一类。"

    def __init__(self, asked: str) -> None:
        super().__init__(f"{self.zh} {self.__doc__}")
        self.near = near(asked)


@cache
def tree() -> Mapping[str, Theme]:
    """All themes by their code, in the tree's order."""
    with TREE.open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["code"]: Theme(**row) for row in csv.DictReader(file)})


def children(code: str = "") -> tuple[Theme, ...]:
    """The second level below a top-level theme; without a code the top level itself."""
    return tuple(theme for theme in tree().values() if _above(theme) == code)


def path(code: str) -> str:
    """As gov.cn writes it: 综合政务\\电子政务. Raises UnknownTheme."""
    theme = by_code(code)
    return "\\".join(tree()[one].zh for one in dict.fromkeys((theme.top, theme.code)))


def by_code(code: str) -> Theme:
    """Raises UnknownTheme, which names near ones."""
    if theme := tree().get(code):
        return theme
    raise UnknownTheme(code)


def meant(words: str) -> Theme:
    """The theme that is meant by a code, a name or a path. Raises UnknownTheme, also where several are."""
    if theme := tree().get(words.strip()):
        return theme
    *above, name = [part for part in _parts(words) if part] or [""]
    found = [theme for theme in tree().values() if name in _names(theme) and _is_below(theme, above)]
    # 其他 alone is the top-level theme, and a top-level name goes before the same one below.
    tops = [theme for theme in found if not _above(theme)]
    if len(tops or found) != 1:
        raise UnknownTheme(words)
    return (tops or found)[0]


def search(words: str) -> list[Theme]:
    """The themes in whose names these words occur, in the tree's order."""
    wanted = plain(words)
    return [
        theme
        for theme in tree().values()
        if wanted and (wanted in plain(theme.zh) or wanted in plain(theme.en))
    ]


def near(asked: str, most: int = 5) -> tuple[Theme, ...]:
    """What may have been meant: themes whose code or name is like it, the likest first."""
    if code := "".join(character for character in asked if character.isdecimal() or character == "."):
        same = children(code[:2].zfill(2)) or children()
        return tuple(sorted(same, key=lambda theme: -_likeness(code, theme.code))[:most])
    name = plain(_parts(asked)[-1])
    liked = {theme: max(_likeness(name, word) for word in _names(theme)) for theme in tree().values()}
    likest = sorted((theme for theme in liked if liked[theme] > 0.3), key=lambda theme: -liked[theme])
    return tuple((likest or list(children()))[:most])


def plain(words: str) -> str:
    """Without what writers differ in: width, case, spaces and marks between the words."""
    folded = unicodedata.normalize("NFKC", words).casefold()
    return "".join(character for character in folded if character.isalnum())


def _above(theme: Theme) -> str:
    return "" if theme.code == theme.top else theme.top


def _is_below(theme: Theme, above: Iterable[str]) -> bool:
    return all(_above(theme) and name in _names(tree()[theme.top]) for name in above)


@cache
def _names(theme: Theme) -> frozenset[str]:
    """Both names, and the Chinese one without what it says in brackets."""
    return frozenset(plain(name) for name in (theme.zh, theme.en, theme.zh.partition("（")[0]))


def _parts(words: str) -> list[str]:
    for separator in SEPARATORS:
        words = words.replace(separator, "\\")
    return [plain(part) for part in words.split("\\")]


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()
