"""`gongkai ledger prove|verify|check`: that a document was published, for whoever wants it proved."""

import asyncio
import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from .. import home, screen
from ..faults import Fault
from ..ledger_asking import Ledger
from ..options import AsJson, Data, example
from ..words import both

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

    from shared.checkpoints import Checkpoint
    from shared.tampering import Verified

KEYS = "publish-ledger.jwks"

HELP = {
    "prove": (
        "取得公开证明：某信息、某文件（或其 SHA-256）何时公开、此后是否撤回。\n\n"
        "--head 另证台账自您上次保存的台账头以来只增不改；--log 另存全部记录。",
        "Get the proof that a document, a file or a SHA-256 was published on that day, and whether "
        "it was withdrawn since.\n\n"
        "--head also proves that the ledger only grew since a head that you kept; --log keeps all entries.",
    ),
    "verify": (
        "脱机核验公开证明：只信所给的公钥，不连接任何服务器。退出码 0 成立，1 不成立。\n\n"
        "--file 核对手中的文件；--head 对照以前保存的台账头或证明；--log 对照全部记录，确认没有隐去撤回。",
        "Verify a proof off-line: only the given keys are believed, and no server is asked. Exit code 0 when "
        "it convinces, 1 when not.\n\n"
        "--file compares the file in your hands; --head a head or proof that you kept; --log all entries, so "
        "that no withdrawal can be left out.",
    ),
    "check": (
        "逐条核对公开台账与目录：记录、哈希树、签名的台账头、已发布与已撤回的信息；改动之处一一指出。",
        "Compare the whole ledger with the catalogue: entries, tree, signed heads, what is public and what "
        "was withdrawn; what was changed is named, and where.",
    ),
}
EXAMPLES = {
    "prove": (
        "gongkai ledger prove notice.pdf --out proof.json",
        "gongkai ledger prove 01a2… --head old.json",
    ),
    "verify": ("gongkai ledger verify proof.json --file notice.pdf --keys publish-ledger.jwks",),
    "check": ("gongkai ledger check", "gongkai ledger check --witness copy.jsonl --json"),
}


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        help=both(
            "公开台账：证明信息已公开、是否已撤回。", "The transparency ledger: what was published, proved."
        ),
        no_args_is_help=True,
    )
    commands: dict[str, Callable[..., None]] = {"prove": prove, "verify": verify, "check": check}
    for name, command in commands.items():
        group.command(name, help=both(*HELP[name]), epilog=example(*EXAMPLES[name]))(command)
    app.add_typer(group, name="ledger")


# --- prove


def prove(
    about: Annotated[
        str,
        typer.Argument(
            metavar="DOCUMENT|SHA256|FILE",
            help=both("信息编号、SHA-256 或文件。", "A document, a SHA-256 or a file."),
        ),
    ],
    data: Data,
    edition: Annotated[
        int | None, typer.Option(min=1, help=both("只要这一版。", "Only this edition."))
    ] = None,
    head: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help=both("以前保存的台账头。", "A head that you kept.")),
    ] = None,
    log: Annotated[
        Path | None, typer.Option(help=both("另存全部记录。", "Keep all entries in this file."))
    ] = None,
    out: Annotated[Path | None, typer.Option(help=both("证明存为此文件。", "Write the proof here."))] = None,
    url: Annotated[str, typer.Option(help=both("发布服务的地址。", "Where publish answers."))] = "",
) -> None:
    ledger = Ledger(url or home.read(data).services["publish"])
    since = {"since": _size(head)} if head else {}
    edition_asked = {"edition": edition} if edition else {}
    proof = ledger.proof({**_named(about), **edition_asked, **since})
    if log:
        with log.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in ledger.entries())
    if out is None:
        screen.show_json(proof)
        return
    out.write_text(json.dumps(proof, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    zh = f"证明已存入 {out}；请用 gongkai ledger verify 核验。"
    screen.out().print(both(zh, f"The proof is in {out}; verify it with `gongkai ledger verify`."))


def _named(about: str) -> dict[str, str]:
    """What is meant: a file that is there, the hash of one, or a document."""
    if Path(about).is_file():
        return {"content_sha256": _hash(Path(about))}
    if len(about) == 64:
        return {"content_sha256": about.lower()}
    try:
        return {"document": str(UUID(about))}
    except ValueError:
        raise Fault(
            f"这不是信息编号、SHA-256，也没有这个文件：{about}",
            f"This is no document and no SHA-256, and there is no such file: {about}",
        ) from None


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        found = sha256()
        while part := file.read(1 << 20):
            found.update(part)
    return found.hexdigest()


def _size(path: Path) -> int:
    """Of the tree whose head was kept; whether it is signed is for `verify` to say."""
    from joserfc import jws

    return int(json.loads(jws.extract_compact(_token(path).encode()).payload)["position"])


def _token(path: Path) -> str:
    """The signed head in a file: what the service said, or a proof."""
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["head"])
    except (ValueError, KeyError, TypeError):
        raise Fault(
            f"这个文件里没有台账头：{path}", f"There is no signed head in this file: {path}"
        ) from None


# --- verify


def verify(
    proof: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help=both("证明文件。", "The proof."))
    ],
    data: Data,
    file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help=both("手中的文件。", "The file in your hands.")),
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help=both("所信的公钥（JWKS）。", "The keys you believe.")),
    ] = None,
    head: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help=both("以前保存的台账头。", "A head that you kept.")),
    ] = None,
    log: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help=both("全部记录。", "All entries of the ledger.")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from shared import proofs
    from shared.keys import pinned_in

    from .. import ledger_page

    pinned = pinned_in(keys or data / "keys" / "public" / KEYS)
    shown = _read(proof)
    found = proofs.examine(
        shown,
        pinned,
        file_sha256=_hash(file) if file else "",
        saved=_saved(head, pinned) if head else None,
        log=[json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log else None,
    )
    if as_json:
        screen.show_json(ledger_page.as_json(shown, found))
    else:
        ledger_page.show(shown, found)
    raise typer.Exit(0 if found.convinces else 1)


def _read(path: Path) -> Any:
    from pydantic import ValidationError

    from shared.proofs import Proof

    try:
        return Proof.model_validate_json(path.read_bytes())
    except ValidationError as wrong:
        at = ".".join(map(str, wrong.errors()[0]["loc"])) or "JSON"
        raise Fault(
            f"这不是公开证明（{at}）：{path}", f"This is no proof of publication ({at}): {path}"
        ) from None


def _saved(path: Path, pinned: "Mapping[str, OKPKey]") -> "Checkpoint":
    from shared.checkpoints import NotACheckpoint, believed

    try:
        return believed(_token(path), pinned)
    except NotACheckpoint:
        raise Fault(
            f"保存的台账头不是用所信的公钥签名的：{path}", f"The head that you kept is not signed: {path}"
        ) from None


# --- check


def check(
    data: Data,
    witness: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True, dir_okay=False, help=both("另存的检查点文件。", "Checkpoints kept elsewhere.")
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from .. import ledger_page

    files = [data / "ledger" / "publish.jsonl", *(witness or [])]
    with screen.progress() as progress:
        task = progress.add_task(both("核对公开台账", "Checking"), total=None)
        told = lambda done, of: progress.update(task, completed=done, total=of)  # noqa: E731 one line.
        found = asyncio.run(_check(data, files, told))
    if as_json:
        from dataclasses import asdict

        screen.show_json({"whole": found.whole, **asdict(found)})
    else:
        ledger_page.show_checked(found)
    raise typer.Exit(0 if found.whole else 1)


async def _check(data: Path, files: list[Path], told: Callable[[int, int], None]) -> "Verified":
    from services.publish.ledger import log_check
    from shared import db, keys

    # With publish's own rights, which change nothing that is sealed.
    database = db.connect(home.read(data).database_url, "publish", "")
    try:
        return await log_check.check(database, keys.pinned(data / "keys", "publish-ledger"), files, told=told)
    finally:
        await database.close()
