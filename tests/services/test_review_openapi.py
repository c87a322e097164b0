"""Everything that can be done to a case is described, with what it asks for and what it answers."""

from typing import Any

from .conftest import House

ACTS = {
    "opinions/{step}",
    "approval",
    "return",
    "rejection",
    "redaction",
    "confirmations/{department}",
    "confirmations/{department}/answer",
    "confirmations/{department}/resolution",
    "referral",
    "referral/answer",
    "protection",
    "hand-over",
    "determination",
    "upholding",
}


async def described(house: House) -> dict[str, Any]:
    return dict((await house.ask("", "GET", "review", "/openapi.json")).json())


async def test_every_act_is_described(house: House) -> None:
    paths = (await described(house))["paths"]
    acts = {path.removeprefix("/cases/{case_id}/") for path, ways in paths.items() if "put" in ways}
    assert acts - {"/keyword-lists/{name}"} == ACTS
    for path, ways in paths.items():
        for way in ways.values():
            assert way.get("summary"), path
            assert way.get("description"), path


async def test_what_is_not_asked_for_is_refused(house: House) -> None:
    """A misspelt word must not be passed over in silence."""
    paths = (await described(house))["paths"]
    bodies = [way["put"]["requestBody"] for way in paths.values() if "requestBody" in way.get("put", {})]
    schemas = (await described(house))["components"]["schemas"]
    names = [body["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1] for body in bodies]
    assert len(names) >= len(ACTS) - 1
    assert [name for name in names if schemas[name].get("additionalProperties") is not False] == []


async def test_nothing_is_done_or_seen_without_a_token(house: House) -> None:
    paths = (await described(house))["paths"]
    for path, ways in paths.items():
        for way in ways:
            filled = (
                path.replace("{case_id}", "0" * 8 + "-0000-0000-0000-" + "0" * 12)
                .replace("{", "")
                .replace("}", "")
            )
            answer = await house.ask("", way.upper(), "review", filled)
            assert answer.status_code == 401, (way, path, answer.text)
