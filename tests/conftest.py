"""What every test may ask for."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongkai.servers import Servers, running


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """One set of real servers for the whole run."""
    # Not tmp_path: pytest closes it to the account that PostgreSQL runs as when we are root.
    with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
        Path(folder).chmod(0o711)
        with running(Path(folder) / "data", durable=False) as servers:
            yield servers
