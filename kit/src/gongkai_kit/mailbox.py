"""A department's mailbox: each event handled once, in its document's order, confirmed when it is done."""

import asyncio
import inspect
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from . import reading
from .contracts import DocumentWithdrawn, Event, Fact
from .desk import Desk
from .hearing import Hearing
from .store import MEMORY, Failure, Store

F = TypeVar("F", bound=Fact)
Handler = Callable[[Event[F]], Awaitable[None]]


class NoAddress(ValueError):
    """The mailbox's address is redis://dept-<code>:<password>@<host>:<port>/0, in GONGKAI_MAILBOX_URL."""


class WithdrawalsUnheard(RuntimeError):
    """A mailbox must hear DocumentWithdrawn: passing a withdrawal over would confirm it as carried out."""


class HeardTwice(ValueError):
    """An event has one handler."""


class NotAsync(TypeError):
    """A handler is an `async def`."""


class Mailbox:
    """What comes for one department; handlers are called one at a time."""

    def __init__(
        self,
        url: str,
        store: str | os.PathLike[str] = MEMORY,
        *,
        waits: Sequence[float] = (1.0, 5.0),
        handler_timeout: float = 60.0,
        reclaim_idle: float = 60.0,
        batch: int = 100,
    ) -> None:
        """`waits` are the seconds before the second, third, … attempt at an event that failed.

        After the last one it is set aside, unconfirmed, and tried again about every `reclaim_idle` seconds.
        """
        self.url = url
        self.key = f"mailbox:{_department(url)}"
        self._desk = Desk(Store(os.fspath(store)), handler_timeout)
        self._options: dict[str, Any] = {"waits": waits, "reclaim_idle": reclaim_idle, "batch": batch}

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Mailbox":
        """GONGKAI_MAILBOX_URL says where, GONGKAI_MAILBOX_STORE (a file) what to remember in."""
        return cls(environ.get("GONGKAI_MAILBOX_URL", ""), environ.get("GONGKAI_MAILBOX_STORE", MEMORY))

    def on(self, fact: type[F]) -> Callable[[Handler[F]], Handler[F]]:
        """Call the decorated function for every event of this type."""

        def hear(handler: Handler[F]) -> Handler[F]:
            if fact.type in self._desk.handlers:
                raise HeardTwice(HeardTwice.__doc__)
            if not inspect.iscoroutinefunction(handler):
                raise NotAsync(NotAsync.__doc__)
            self._desk.handlers[fact.type], self._desk.heard[fact.type] = handler, fact
            return handler

        return hear

    def run(self) -> None:
        """Hear the mailbox until SIGTERM or SIGINT."""
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
        asyncio.run(self._serve_until_told())

    async def serve(self) -> None:
        """Hear the mailbox until `stop`: for a programme that has its own loop."""
        if DocumentWithdrawn.type not in self._desk.handlers:
            raise WithdrawalsUnheard(WithdrawalsUnheard.__doc__)
        async with self._desk.store.alone():
            broker = reading.make_broker(self.url)
            try:
                client = await reading.connect(broker)
                await Hearing(client, self.key, self._desk, **self._options).go_on(broker)
            finally:
                await broker.stop()

    def stop(self) -> None:
        """Finish the event in hand and end; the rest stays in the mailbox."""
        self._desk.closing.set()

    def failed(self) -> list[Failure]:
        """What could not be handled so far, and why; the platform sees it unconfirmed."""
        return list(self._desk.store.failures())

    async def _serve_until_told(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            try:
                loop.add_signal_handler(number, self.stop)
            except NotImplementedError:  # Windows.
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(self.stop))
        await self.serve()


def _department(url: str) -> str:
    """The address names the account, and the account the department."""
    user = unquote(urlsplit(url).username or "")
    if not user.startswith("dept-"):
        raise NoAddress(NoAddress.__doc__)
    return user.removeprefix("dept-")
