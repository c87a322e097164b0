"""The demonstration plays to its end, and again over the same data."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.timeout(240)
def test_the_demonstration_loses_nothing_and_can_be_played_again() -> None:
    with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
        Path(folder).chmod(0o711)
        first, second = play(Path(folder) / "demo"), play(Path(folder) / "demo")
    assert first.pop("seconds") > 0
    assert second.pop("seconds") > 0
    assert first == second
    assert first == {
        "documents": 14,
        "submitted": 15,
        "quarantined": 1,
        "returned": 1,
        "approved": 13,
        "published": 13,
        "delivered": 18,
        "withdrawn": 1,
        "recalled": 1,
        "lost": 0,
        "duplicated": 0,
        "unexpected": 0,
        "self_approval_refused": True,
        "opinions": 35,
        "confirmed": 2,
        "objections_settled": 1,
        "sealed": 55,
        "found": 12,
        "released": 36,
        "recall_places": 5,
    }


def play(data: Path) -> dict[str, Any]:
    environment = {**os.environ, "GONGKAI_LANG": "zh"}
    played = subprocess.run(
        [sys.executable, "-m", "gongkai", "demo", "--once", "--data", str(data)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert played.returncode == 0, played.stdout[-3000:] + played.stderr
    return dict(json.loads(played.stdout.splitlines()[-1]))
