"""Requests to the services, made as one of the officers."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from . import home
from .faults import Fault, Refused
from .words import LANGUAGE

TOKEN = "GONGKAI_TOKEN"  # noqa: S105 the name of a variable.


@dataclass(frozen=True)
class Desk:
    """An officer's place: the services' addresses, and the token that opens them."""

    running: home.Running
    token: str
    patience: float = 60.0

    def ask(self, method: str, service: str, path: str, **request: Any) -> Any:
        """The answer; raises Refused with what the service objects to."""
        import httpx

        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers = {**bearer, "Accept-Language": LANGUAGE}
        headers |= request.pop("headers", {})
        url = self.running.services[service] + path
        response = httpx.request(method, url, headers=headers, timeout=self.patience, **request)
        if response.is_error:
            raise Refused(problem_of(response))
        return response.json() if response.content else None


def desk(data: Path, officer: str | None) -> Desk:
    """The desk of this officer; without a name, of whoever GONGKAI_TOKEN belongs to."""
    running, known = home.read(data), home.tokens(data)
    if officer in known:
        return Desk(running, known[officer])
    if token := os.environ.get(TOKEN):
        return Desk(running, token)
    if officer is None:
        raise Fault(
            f"请用 --as 说明由谁办理，例如 --as {next(iter(known), 'wang.li')}，或设置 {TOKEN}。",
            f"Say who acts with --as, such as --as {next(iter(known), 'wang.li')}, or set {TOKEN}.",
        )
    raise Fault(
        f"没有 {officer} 的令牌：运行 gongkai token issue {officer}，或设置 {TOKEN}。",
        f"There is no token for {officer}: run `gongkai token issue {officer}`, or set {TOKEN}.",
    )


def with_role(data: Path, role: str, department: str | None = None) -> str | None:
    """The first officer with this role whose token is at hand; None when GONGKAI_TOKEN is to be used."""
    from .record import rows

    known = home.tokens(data)
    which = """
        SELECT id FROM shared.officer WHERE active AND %(role)s = ANY(roles)
        AND (%(department)s::text IS NULL OR department = %(department)s) ORDER BY id
    """
    if os.environ.get(TOKEN) or not known:
        return None
    found = [row["id"] for row in rows(data, which, {"role": role, "department": department})]
    return next((officer for officer in found if officer in known), None)


def uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Fault(f"这不是编号：{text}", f"This is no identifier: {text}") from None


def problem_of(response: Any) -> dict[str, Any]:
    try:
        return dict(response.json())
    except ValueError:
        return {"title": f"HTTP {response.status_code}", "detail": response.text[:200]}
