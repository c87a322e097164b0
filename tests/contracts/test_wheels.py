"""What is installed contains every contract: the platform's wheel, and the one for departments."""

import subprocess
from pathlib import Path
from shutil import which
from zipfile import ZipFile

import pytest

from shared.contracts import FACTS

ROOT = Path(__file__).parents[2]
CONTRACTS = ROOT / "shared/contracts"
OFFLINE = ("Could not resolve", "Failed to fetch", "dns error", "error sending request", "No solution found")

distributions = pytest.mark.parametrize(
    ("project", "package"),
    [(ROOT, "shared/contracts"), (ROOT / "kit", "gongkai_kit/contracts")],
    ids=["platform", "kit"],
)


def build(project: Path, out: Path, *how: str) -> set[str]:
    """The names in the built wheel."""
    uv = which("uv")
    if not uv:
        pytest.skip("uv is not installed")
    command = [uv, "build", *how, "--out-dir", str(out), str(project)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode and any(word in done.stderr for word in OFFLINE):
        pytest.skip("the build backend could not be fetched")
    assert done.returncode == 0, done.stderr
    (wheel,) = out.glob("*.whl")
    with ZipFile(wheel) as contents:
        return set(contents.namelist())


def everything(package: str) -> set[str]:
    files = [*CONTRACTS.rglob("*.py"), *CONTRACTS.rglob("*.json")]
    return {f"{package}/{file.relative_to(CONTRACTS).as_posix()}" for file in files}


@distributions
@pytest.mark.parametrize("how", [("--wheel",), ()], ids=["wheel", "wheel-from-sdist"])
def test_the_wheel_holds_every_contract(
    project: Path, package: str, how: tuple[str, ...], tmp_path: Path
) -> None:
    names = build(project, tmp_path, *how)
    for kind in FACTS:
        assert {f"{package}/schemas/{kind}.json", f"{package}/examples/{kind}.json"} <= names
    assert everything(package) <= names
    assert f"{package.partition('/')[0]}/py.typed" in names
