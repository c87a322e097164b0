"""What is deployed is what exists: every process, every setting, in every way of running them."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from gongkai import organisation
from shared.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SERVICES = ("intake", "review", "publish", "notify", "search")


def processes() -> set[tuple[str, str]]:
    """Every process of its own: what PARTS of each service offers, besides all in one."""
    parts = {service: import_module(f"services.{service}.app").PARTS for service in SERVICES}
    return {
        (f"services.{service}", part) for service in SERVICES for part in parts[service] if part != "both"
    }


def documents(path: Path) -> list[Any]:
    return [one for one in yaml.safe_load_all(path.read_text(encoding="utf-8")) if one]


def compose() -> dict[str, Any]:
    return dict(documents(DEPLOY / "compose.yaml")[0]["services"])


def workloads() -> Iterator[dict[str, Any]]:
    for path in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        yield from (one for one in documents(path) if one.get("kind") in ("Deployment", "StatefulSet"))


def containers() -> list[dict[str, Any]]:
    return [
        one
        for workload in workloads()
        for one in workload["spec"]["template"]["spec"]["containers"]
        if one.get("args")
    ]


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*.yaml")), ids=lambda path: path.name)
def test_every_yaml_file_can_be_read(path: Path) -> None:
    assert documents(path)


def test_compose_runs_every_process() -> None:
    assert processes() <= {tuple(one.get("command", ())) for one in compose().values()}


def test_kubernetes_runs_every_process() -> None:
    assert {tuple(one["args"]) for one in containers()} == processes()


def test_systemd_runs_every_process() -> None:
    wanted = set(re.findall(r"gongkai@(\w+)-(\w+)\.service", (DEPLOY / "systemd/gongkai.target").read_text()))
    assert {(f"services.{service}", part) for service, part in wanted} == processes()


def test_every_systemd_process_has_a_port_of_its_own() -> None:
    files = {f"{service.removeprefix('services.')}-{part}.env" for service, part in processes()}
    ports = [(DEPLOY / "systemd/etc" / name).read_text().strip() for name in files]
    assert len(set(ports)) == len(processes())


def test_every_setting_that_is_named_exists() -> None:
    known = {
        f"GONGKAI_{name.upper()}"
        for one in (Settings, *Settings.__subclasses__())
        for name in one.model_fields
    }
    named = {
        (str(path.relative_to(DEPLOY)), name)
        for path in DEPLOY.rglob("*")
        if path.is_file()
        for name in re.findall(r"\bGONGKAI_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8"))
    }
    assert named
    assert {(path, name) for path, name in named if name not in known} == set()


def test_kubernetes_asks_every_process_whether_it_lives_and_whether_it_is_ready() -> None:
    for one in containers():
        assert one["livenessProbe"]["httpGet"]["path"] == "/live"
        assert one["readinessProbe"]["httpGet"]["path"] == "/ready"


def test_only_the_process_that_signs_is_given_a_key_that_signs() -> None:
    signers = {("services.intake", "api"), ("services.review", "api")}
    in_compose = {
        tuple(one["command"]) for one in compose().values() if "keys/private" in str(one.get("volumes", ""))
    }
    in_kubernetes = {tuple(one["args"]) for one in containers() if "keys/private" in str(one["volumeMounts"])}
    assert in_compose == in_kubernetes == signers
    for service, part in processes() - signers:
        folder = DEPLOY / f"systemd/gongkai@{service.removeprefix('services.')}-{part}.service.d"
        assert "InaccessiblePaths=-/var/lib/gongkai/keys/private\n" in (folder / "keys.conf").read_text()


@pytest.mark.parametrize(
    ("folder", "own"),
    [
        ("review", {("services.review", "api"), ("services.review", "worker")}),
        ("publish", {("services.publish", "worker")}),
    ],
)
def test_only_those_who_use_a_services_own_keys_are_given_them(
    folder: str, own: set[tuple[str, str]]
) -> None:
    """Review's: its ledger and the keyword lists. Publish's: the transparency ledger."""
    in_compose = {
        tuple(one["command"])
        for one in compose().values()
        if any(mount.get("source") == f"./operator/keys/{folder}" for mount in _mounts(one))
    }
    in_kubernetes = {
        tuple(one["args"]) for one in containers() if f"/keys/{folder}'" in str(one["volumeMounts"])
    }
    assert in_compose == in_kubernetes == own
    for service, part in processes():
        unit = DEPLOY / f"systemd/gongkai@{service.removeprefix('services.')}-{part}.service.d"
        hidden = f"InaccessiblePaths=-/var/lib/gongkai/keys/{folder}\n" in (unit / "keys.conf").read_text()
        assert hidden == ((service, part) not in own)


def _mounts(one: dict[str, Any]) -> list[dict[str, Any]]:
    return [mount for mount in one.get("volumes", ()) if isinstance(mount, dict)]


def test_departments_reach_the_edge_and_no_other_server() -> None:
    assert [name for name, one in compose().items() if "edge" in one.get("networks", ())] == ["valkey-edge"]


def test_the_sample_organisation_for_kubernetes_is_one() -> None:
    assert organisation.read(DEPLOY / "kubernetes/organisation.yaml").officers


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")
def test_kustomize_builds_the_base() -> None:
    built = subprocess.run(
        ["kubectl", "kustomize", str(DEPLOY / "kubernetes")], capture_output=True, text=True
    )
    assert built.returncode == 0, built.stderr
    assert built.stdout.count("kind: PodDisruptionBudget") == len(processes())


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    shutil.copytree(DEPLOY / "systemd", tmp_path, dirs_exist_ok=True)
    for unit in tmp_path.glob("*.service"):
        said = unit.read_text().replace("/opt/gongkai/.venv/bin/python", sys.executable)
        unit.write_text(re.sub(r"(?m)^Documentation=.*\n", "", said))
    units = [
        f"gongkai@{service.removeprefix('services.')}-{part}.service" for service, part in sorted(processes())
    ]
    units += ["gongkai@review-worker-2.service", "gongkai-prepare.service", "gongkai.target"]
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], cwd=tmp_path, capture_output=True, text=True
    )
    assert (verified.returncode, _ours(verified.stderr)) == (0, [])


def _ours(complaints: str) -> list[str]:
    """What is said about our units; the machine's own are not ours to judge."""
    return [line for line in complaints.splitlines() if "gongkai" in line]
