"""Which representation is wanted, and who has it already."""

from datetime import UTC, datetime

import pytest
from starlette.requests import Request

from services.publish.reading.representations import HTML, JSON, LINKED, answered, base, language, wanted

OFFERED = (JSON, HTML, LINKED)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


def request(query: str = "", **headers: str) -> Request:
    said = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request(
        {"type": "http", "method": "GET", "path": "/", "query_string": query.encode(), "headers": said,
         "scheme": "https", "server": ("gk.example", 443)}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", JSON),
        ("*/*", JSON),
        (BROWSER, HTML),
        ("application/ld+json", LINKED),
        ("application/*", JSON),
        ("application/*;q=0.1, text/*", HTML),
        ("text/html;q=0, */*", JSON),
        ("text/html;q=0.5, application/json;q=0.4", HTML),
        ("image/png", JSON),
        (";;;q=,=", JSON),
        ("text/html;q=1e999, application/json;q=0.1", JSON),
        ("TEXT/HTML", HTML),
    ],
)
def test_the_reader_gets_what_it_prefers(accept: str, kind: str) -> None:
    assert wanted(request(accept=accept), OFFERED) == kind


@pytest.mark.parametrize(
    ("query", "accepts", "code"),
    [
        ("", "", "zh"),
        ("", "fr", "zh"),
        ("", "en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("lang=en", "zh", "en"),
        ("lang=zh", "en", "zh"),
        ("lang=xx", "en", "en"),
    ],
)
def test_chinese_comes_first(query: str, accepts: str, code: str) -> None:
    assert language(request(query, accept_language=accepts)) == code


@pytest.mark.parametrize("tags", ["{0}", '"x", {0}', "W/{0}", "*", ' "y" ,{0} '])
def test_nothing_is_sent_again_to_who_has_it(tags: str) -> None:
    tag = answered(request(), b"words", JSON).headers["etag"]
    again = answered(request(if_none_match=tags.format(tag)), b"words", JSON)
    assert (again.status_code, again.body) == (304, b"")
    assert again.headers["etag"] == tag
    changed = answered(request(if_none_match=tag), b"other words", JSON)
    assert (changed.status_code, changed.body) == (200, b"other words")


def test_nothing_is_kept_without_asking_and_the_last_change_is_said() -> None:
    headers = answered(request(), b"", JSON, changed_at=datetime(2026, 11, 22, 8, tzinfo=UTC)).headers
    assert headers["cache-control"] == "public, no-cache"
    assert headers["last-modified"] == "Sun, 22 Nov 2026 08:00:00 GMT"
    assert {"Accept", "Accept-Language"} <= set(headers["vary"].split(", "))


@pytest.mark.parametrize(
    ("host", "root"),
    [
        ("gk.example", "https://gk.example"),
        ("gk.example:8443", "https://gk.example:8443"),
        ("[::1]:80", "https://[::1]:80"),
        ('"><script>', "https://localhost"),
        ("a/b", "https://localhost"),
        ("", "https://localhost"),
    ],
)
def test_an_address_is_made_of_no_strange_host(host: str, root: str) -> None:
    assert base(request(host=host), "") == root
    assert base(request(host=host), "https://gk.gov.example/") == "https://gk.gov.example"
