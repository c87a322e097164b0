"""Asks publish for what its transparency ledger can prove; nobody has to say who asks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .asking import problem_of
from .faults import Refused
from .words import LANGUAGE


@dataclass(frozen=True)
class Ledger:
    """The ledger of the publish service at this address."""

    url: str
    patience: float = 60.0

    def proof(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """The proof as it is handed out; raises Refused."""
        return dict(self._get("/ledger/proof", about))

    def entries(self) -> Iterator[Mapping[str, Any]]:
        """Every entry that is signed for, from the first on."""
        position: int | None = 1
        while position:
            page = self._get("/ledger/entries", {"from": position})
            yield from (one["entry"] for one in page["entries"])
            position = page["next"]

    def _get(self, path: str, asked: Mapping[str, Any]) -> Any:
        import httpx

        headers = {"Accept-Language": LANGUAGE}
        answer = httpx.get(self.url + path, params=dict(asked), headers=headers, timeout=self.patience)
        if answer.is_error:
            raise Refused(problem_of(answer))
        return answer.json()
