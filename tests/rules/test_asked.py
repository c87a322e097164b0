"""What may be asked of the catalogue, and how it goes on from page to page."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import ValidationError

from services.publish.reading.asked import Filters, Paged, Place

AT = datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC)


def test_a_place_is_written_and_read_without_loss() -> None:
    place = Place(AT, UUID(int=5))
    assert Place.of(str(place)) == place
    assert Paged(after=str(place)).place() == place


def test_a_document_number_is_asked_for_in_any_brackets() -> None:
    written = (
        "滨开管发〔2026〕15号",
        "滨开管发[2026]15号",
        "滨开管发（2026） 15号",
        "滨开管发【2026】　15号",
    )
    assert {Filters(doc_no=number).tags()[0] for number in written} == {"doc_no:滨开管发〔2026〕15号"}


def test_the_address_of_a_feed_is_the_saved_search() -> None:
    asked = Paged.model_validate({"department": "archive", "year": "2026", "limit": "5", "kind": "notice"})
    assert asked.filters().query() == "?department=archive&kind=notice&year=2026"
    assert sorted(asked.tags()) == ["department:archive", "kind:notice", "year:2026"]
    assert Paged().filters().query() == ""


def test_a_field_left_empty_in_a_form_asks_for_nothing() -> None:
    assert Paged.model_validate({"department": "", "theme": "02"}).tags() == ["theme:02"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"departmnet": "archive"},
        {"year": "1"},
        {"keyword": "\x00"},
        {"since": "2026-01-01T00:00:00"},
        {"since": "0001-01-01T00:00:00Z"},
        {"after": "9" * 17 + "." + "0" * 32},
        {"after": "x"},
        {"limit": "0"},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Paged.model_validate(wrong)
