"""What is public, and what is no more."""

from .conftest import House


async def test_what_was_approved_is_public(house: House) -> None:
    document = await house.published()
    shown = (await house.ask("", "GET", "publish", f"/documents/{document}")).json()
    assert shown["title"] == "开放时间调整的通知"
