"""The theme tree is whole, and people find their place in it."""

import re
from collections import Counter

import pytest

from shared import labels
from shared.contracts.vocabulary import Audience, Genre, Validity
from shared.themes import UnknownTheme, by_code, children, meant, near, path, search, tree


def test_the_tree_has_22_themes_at_the_top_and_121_below() -> None:
    assert len(children()) == 22
    below = Counter(code[:2] for code in tree() if "." in code)
    sizes = [10, 9, 7, 9, 8, 4, 12, 6, 6, 6, 4, 5, 4, 3, 7, 4, 7, 2, 3, 3, 2, 0]
    assert [below[theme.code] for theme in children()] == sizes


def test_the_codes_run_without_a_gap() -> None:
    assert [theme.code for theme in children()] == [f"{n:02d}" for n in range(1, 23)]
    for top in children():
        below = children(top.code)
        assert [theme.code for theme in below] == [f"{top.code}.{n:02d}" for n in range(1, len(below) + 1)]


def test_every_theme_has_both_names_and_no_two_beside_each_other_are_alike() -> None:
    for theme in tree().values():
        assert re.search(r"[\u4e00-\u9fff]", theme.zh)
        assert theme.en.isascii()
        assert theme.en[:1].isupper()
    for group in (children(), *(children(top.code) for top in children())):
        assert len({theme.zh for theme in group}) == len({theme.en for theme in group}) == len(group)


def test_a_path_is_written_as_gov_cn_writes_it() -> None:
    assert path("02.04") == "综合政务\\电子政务"
    assert path("22") == "其他"


def test_every_theme_is_meant_by_its_code_and_by_its_path() -> None:
    for theme in tree().values():
        assert meant(theme.code) == theme
        assert meant(path(theme.code)) == theme
        assert meant(path(theme.code).replace("\\", " / ").replace("、", ",")) == theme


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("电子政务", "02.04"),
        ("E-government", "02.04"),
        ("货币(含外汇)", "04.04"),
        ("货币", "04.04"),
        ("综合政务＼其他", "02.09"),
        ("其他", "22"),
        ("工业、交通＞邮政", "07.11"),
        (" 02.04 ", "02.04"),
    ],
)
def test_a_name_in_any_writing_is_understood(words: str, code: str) -> None:
    assert meant(words).code == code


@pytest.mark.parametrize("words", ["", "   ", "税务\\电子政务", "02.10", "23", "财政税务", "\\", "0204"])
def test_what_is_no_place_of_the_tree_is_refused(words: str) -> None:
    with pytest.raises(UnknownTheme):
        meant(words)


def test_an_unknown_theme_names_near_ones() -> None:
    with pytest.raises(UnknownTheme) as refused:
        by_code("02.10")
    assert all(theme.code.startswith("02.") for theme in refused.value.near)
    assert "04.02" in [theme.code for theme in near("税务管理")]
    assert near("?!") == children()[:5]


def test_a_search_finds_words_in_both_languages() -> None:
    assert [theme.code for theme in search("监察")] == ["15", "15.05"]
    assert {"15", "15.05"} <= {theme.code for theme in search("SUPERVISION")}
    assert search("") == []


def test_every_code_of_the_catalogue_has_both_labels() -> None:
    for names in labels.ALL:
        kind = type(next(iter(names)))
        assert set(names) == set(kind)
        assert len({one.zh for one in names.values()}) == len(names)
        assert len({one.en for one in names.values()}) == len(names)
        for code, one in names.items():
            assert labels.label(code) == one.zh
            assert labels.label(code, "en") == one.en
            assert labels.said(names, one.zh) == labels.said(names, one.en.upper()) == code


def test_a_label_is_understood_in_its_short_forms() -> None:
    assert labels.said(labels.GENRES, "令") == labels.said(labels.GENRES, "命令") == Genre.ORDER
    assert labels.said(labels.AUDIENCES, " citizens ") == Audience.CITIZENS
    assert labels.said(labels.VALIDITIES, "也许") is None
    assert labels.label(Validity.LAPSED) == "失效"
