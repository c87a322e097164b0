"""The public interface is as it describes itself, whatever it is asked and by whatever headers."""

import asyncio
import itertools
import threading
from collections.abc import Callable, Iterator, Sequence

import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from services.publish.app import api

from .conftest import House
from .test_reading import RICH

EXAMPLES = 10
"""For each address, of what its description allows and of what it does not."""

HOSTILE = (
    {},
    {"Accept": "text/html"},
    {"Accept": "text/html;q=x,,;q=, */*", "If-None-Match": '"\\x00, W/"'},
    {"Accept": "text/html", "Accept-Language": "en;q=9999,*;;q=-1", "Host": '"><script>'},
    {"Accept": "application/ld+json", "Host": "a" * 300, "X-Forwarded-Host": "evil.example"},
    {"Accept": "text/*", "Range": "bytes=0-1", "Authorization": "Bearer x", "Cookie": "a=b"},
    {"Accept": "image/png", "Origin": "null", "Accept-Language": "\xff\xfe", "If-None-Match": "*"},
)
"""Headers as no browser sends them."""

OF_ONE = "/documents/{document_id}"
OFFICERS = (
    "/refusals", "/scheduled", "/recalls", f"{OF_ONE}/recall", f"{OF_ONE}/repeal", f"{OF_ONE}/releases",
    f"{OF_ONE}/releases/{{channel}}/{{edition}}/papers/{{name}}", "/channels", "/transfers",
    "/transfers/{place}/{month}", "/transfers/{place}/{month}/package", "/catalogue-faults",
    "/obligations/board", "/obligations/{body}/{code}/versions",
)  # fmt: skip
"""Addresses that are only for who is signed in."""

SMALL = (f"{OF_ONE}/validity", f"{OF_ONE}/files/{{number}}/html")
CONDITIONAL = (
    "/documents",
    "/feed",
    "/catalogue",
    "/sitemap",
    "/bodies",
    "/themes",
    "/withdrawals",
    "/robots",
)

load_all_checks()
LOOKED_AT = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    ]
)


class Serving(uvicorn.Server):
    """The service on a port of its own, in a thread with a loop of its own."""

    def begin(self) -> str:
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        while not self.started:
            threading.Event().wait(0.01)
        return f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"

    def end(self) -> None:
        self.should_exit = True
        self.thread.join(10)


async def test_no_question_is_answered_in_a_way_that_is_not_described(house: House) -> None:
    public = await house.published(**RICH)
    gone = await house.published(title="去")
    await house.withdraw(gone)
    serving = Serving(uvicorn.Config(api(), port=0, log_level="critical", lifespan="off", loop="asyncio"))
    url = serving.begin()
    try:
        asked = await asyncio.to_thread(examine, url, [public, gone])
    finally:
        await asyncio.to_thread(serving.end)
    assert {"/documents", "/documents/{document_id}", "/feed.atom", "/ledger/proof"} <= asked


def examine(url: str, known: Sequence[str]) -> set[str]:
    """Ask every address that can be read; which ones there were."""
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json").include(method="GET")
    asked = set()
    for found in schema.exclude(path=list(OFFICERS)).get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:
            ask(operation, mode, itertools.cycle(known), itertools.cycle(HOSTILE))
        asked.add(operation.path)
    return asked


def ask(
    operation: APIOperation, mode: GenerationMode, known: Iterator[str], hostile: Iterator[dict[str, str]]
) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def one(case: Case) -> None:
        if "document_id" in (case.path_parameters or {}) and mode is GenerationMode.POSITIVE:
            case.path_parameters["document_id"] = next(known)
        case.call_and_validate(headers=next(hostile), checks=LOOKED_AT)

    run: Callable[[], None] = one
    try:
        run()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "it asks for nothing that could be wrong"


async def test_every_address_is_described_with_its_problems_and_its_condition(house: House) -> None:
    said = (await house.ask("", "GET", "publish", "/openapi.json")).json()
    for path, ways in said["paths"].items():
        if "get" not in ways or path in OFFICERS:
            continue
        way = ways["get"]
        assert way["description"], path
        problem, either = {"application/problem+json"}, {"application/problem+json", "text/html"}
        for status, answer in way["responses"].items():
            assert int(status) < 400 or problem <= answer["content"].keys() <= either, (path, status)
        if path.startswith(CONDITIONAL) and path not in SMALL:
            assert "304" in way["responses"], path
            assert "if-none-match" in [one["name"] for one in way["parameters"]], path
    document = said["paths"]["/documents/{document_id}"]["get"]["responses"]
    assert document.keys() >= {"200", "304", "404", "410", "422", "503"}
    assert "tombstone" in document["410"]["content"]["application/problem+json"]["schema"]["properties"]
    assert {"application/json", "text/html", "application/ld+json"} == document["200"]["content"].keys()
