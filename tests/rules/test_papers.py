"""The papers: what their questions answer, and whose dates they name."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

import pytest

from services.review.papers.hand_over import authority_for, times
from services.review.papers.monthly import bounds, working_days
from services.review.papers.sheet import (
    Publication,
    attribute,
    checks,
    closing,
    publication,
)
from services.review.papers.shown import spans
from shared.workdays import official

from .sheets import AT, OPINIONS, said


def answers(rules: list[str], grounds: list[str], outcome: str | None) -> Mapping[str, bool | None]:
    return {one.question: one.answer for one in checks(rules, grounds, outcome)}


def test_what_screening_looks_for_and_did_not_find_is_answered_no_and_the_rest_is_for_a_person() -> None:
    assert answers([], [], "clear") == {
        "state-secret": False,
        "internal": False,
        "personal": False,
        "classified-project": None,
        "foreign-affairs": None,
        "trade-secret": None,
        "security-and-stability": None,
        "other": None,
    }


@pytest.mark.parametrize("outcome", [None, "unreadable"])
def test_what_nobody_could_read_is_answered_by_nobody(outcome: str | None) -> None:
    assert set(answers([], [], outcome).values()) == {None}


@pytest.mark.parametrize(
    ("rule", "question"),
    [
        ("mark.secret", "state-secret"),
        ("mark.level", "state-secret"),
        ("mark.handling", "internal"),
        ("personal.mobile", "personal"),
        ("personal.of-a-later-rule-set", "personal"),
        ("mark.misused", "other"),
        ("citation.closed", "other"),
        ("something.new", "other"),
    ],
)
def test_a_finding_answers_its_question_with_yes(rule: str, question: str) -> None:
    [yes] = [one for one in checks([rule, rule], [], "findings") if one.answer]
    assert (yes.question, yes.findings) == (question, 2)


def test_a_mark_of_declassification_is_no_finding_of_a_secret() -> None:
    assert True not in answers(["mark.declassified"], [], "findings").values()


@pytest.mark.parametrize(
    ("ground", "question"),
    [
        ("art-14-state-secret", "state-secret"),
        ("art-14-forbidden-by-law", "other"),
        ("art-14-security-and-stability", "security-and-stability"),
        ("art-15-trade-secret", "trade-secret"),
        ("art-15-personal-privacy", "personal"),
        ("art-16-internal-matter", "internal"),
        ("art-16-process-information", "internal"),
        ("art-16-enforcement-file", "other"),
        ("personal-information", "personal"),
    ],
)
def test_a_ground_of_law_answers_its_question_whatever_the_machine_said(ground: str, question: str) -> None:
    [yes] = [one for one in checks([], [ground, ground], "clear") if one.answer]
    assert (yes.question, yes.grounds) == (question, (ground,))


@pytest.mark.parametrize(
    ("result", "sealed", "redacted", "is_"),
    [
        ("disclose", False, False, "disclose"),
        ("disclose", False, True, "partly"),
        ("withhold", False, True, "withhold"),
        (None, False, False, "disclose"),
        ("refer", True, False, "withhold"),
    ],
)
def test_the_attribute_is_as_decided_else_as_proposed(
    result: str | None, sealed: bool, redacted: bool, is_: str
) -> None:
    assert attribute(result, sealed=sealed, redacted=redacted) == is_


def test_the_opinion_that_ended_the_case_is_the_last_that_did() -> None:
    ended = closing([*OPINIONS, said("voided", "（按制度）", "policy")])
    assert ended is OPINIONS[3]
    determined = said("determined", "韩梅", "secrecy")
    assert closing([*OPINIONS, determined]) is determined
    assert closing(OPINIONS[:3]) is None


def test_the_publication_log_names_who_made_who_reviewed_and_who_approved() -> None:
    assert publication(OPINIONS, AT, "no. 1", "标题", "冯雪") == Publication(
        AT, "no. 1", "标题", "冯雪", ("韩梅",), "曹致远"
    )
    assert publication(OPINIONS, None, None, "标题", "冯雪") is None


def test_runs_of_positions_are_joined() -> None:
    assert spans([9, 7, 8, 12, 1]) == "1、7-9、12"
    assert spans([]) == ""


# --- dates and months


def test_a_doubtful_matter_has_ten_working_days_to_be_reported_and_ten_to_be_determined() -> None:
    # Days off until 27 September and from 1 to 7 October; Saturday the 10th is worked.
    report, decide = times(date(2026, 9, 25), None, None, None, official())
    assert (report.on, decide.on) == (date(2026, 10, 15), date(2026, 10, 29))
    assert not report.provisional


def test_the_authoritys_days_run_from_the_report() -> None:
    report, decide = times(date(2026, 11, 2), date(2026, 11, 4), None, None, official())
    assert report.on == date(2026, 11, 16)
    assert decide.on == date(2026, 11, 18)


def test_what_the_referral_says_stands() -> None:
    said = times(date(2026, 11, 2), None, date(2026, 11, 10), date(2026, 11, 30), official())
    assert [one.on for one in said] == [date(2026, 11, 10), date(2026, 11, 30)]


@pytest.mark.parametrize(
    ("level", "authority"),
    [
        ("top-secret", "national"),
        ("highly-secret", "provincial"),
        ("secret", "provincial"),
        ("", "provincial"),
    ],
)
def test_only_top_secrets_go_to_the_national_administration(level: str, authority: str) -> None:
    assert authority_for(level) == authority


def test_a_month_is_beijings_and_they_follow_each_other() -> None:
    assert [one.isoformat() for one in bounds("2026-12")] == [
        "2026-12-01T00:00:00+08:00",
        "2027-01-01T00:00:00+08:00",
    ]
    months = [bounds(f"2026-{month:02}") for month in range(1, 13)]
    assert all(one[1] == other[0] for one, other in pairwise(months))


def test_working_days_between_two_dates_leave_out_the_first_and_the_weekend() -> None:
    friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    assert working_days(friday, friday, official()) == 0
    assert working_days(friday, monday, official()) == 1
    assert working_days(date(2026, 9, 30), date(2026, 10, 8), official()) == 1, "seven days off in October"
