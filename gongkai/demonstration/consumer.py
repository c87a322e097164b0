"""A department's own programme, written with the kit: it prints what it receives, one line an event."""

import json
import os
import signal
import sys
import threading
from typing import Any

from gongkai_kit import DocumentPublished, DocumentWithdrawn, Event, Mailbox


def main() -> None:
    threading.Thread(target=_end_with_the_demonstration, daemon=True).start()
    mailbox = Mailbox.from_env()

    @mailbox.on(DocumentPublished)
    async def published(event: Event[DocumentPublished]) -> None:
        _print(event, "published")

    @mailbox.on(DocumentWithdrawn)
    async def withdrawn(event: Event[DocumentWithdrawn]) -> None:
        _print(event, "withdrawn")

    mailbox.run()


def _end_with_the_demonstration() -> None:
    """Standard input is a pipe from it: when that ends, however it ended, so does this."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _print(event: Event[Any], what: str) -> None:
    fact = event.data
    line = {"event": event.id, "what": what, "document_id": fact.document_id, "edition": fact.edition}
    print(json.dumps({**line, "index_no": fact.index_no}, default=str), flush=True)


if __name__ == "__main__":
    main()
