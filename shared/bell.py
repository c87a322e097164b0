"""Wakes a resting loop when there is work for it in the same process."""

import asyncio


class Bell:
    """Rung by whoever made work; heard by the loop that does it, now or when it next rests."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def rest(self, seconds: float) -> None:
        """Wait until it is rung, but no longer than this."""
        try:
            await asyncio.wait_for(self._rung.wait(), seconds)
        except TimeoutError:
            return
        finally:
            self._rung.clear()
