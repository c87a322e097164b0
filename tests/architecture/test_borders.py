"""The house keeps its shape: borders, sizes, names, migrations, rights."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic import command
from sqlalchemy import create_engine, text

from gongkai.servers import Servers
from shared import migrate
from tests.conftest import beside, numbers, owner

ROOT = Path(__file__).parents[2]
OURS = ("services", "shared", "gongkai", "kit/src", "bench")
FUNCTION, FILE, LONG_FILE = 40, 300, 400
SERVICES = migrate.SERVICES


def files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "contracts" not in path.parts or "kit" not in path.parts:
                yield path


def test_the_borders_between_the_services_hold() -> None:
    linter = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--no-logo"]
    ran = subprocess.run(linter, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert ran.returncode == 0, ran.stdout
    assert "0 broken" in ran.stdout


def test_no_function_is_longer_than_can_be_seen_at_once() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.name}": length
        for path in files(*OURS)
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.body[0].lineno + 1) > FUNCTION
        and not only_defines_functions(node)
    }
    assert long == {}


def only_defines_functions(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A router's routes: each one is measured by itself."""
    return sum(isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) for part in node.body) >= 2


def test_no_file_has_more_than_one_subject() -> None:
    lines = {path: len(path.read_text().splitlines()) for path in [*files(*OURS), *files("tests")]}
    limit = {path: LONG_FILE if "tests" in path.parts else FILE for path in lines}
    assert {str(path.relative_to(ROOT)): n for path, n in lines.items() if n > limit[path]} == {}


def test_every_file_says_in_one_sentence_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in files(*OURS, "tests")
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_only_the_database_commits() -> None:
    committing = re.compile(r"\.commit\(\)|\.begin\(\)")
    found = {
        str(path.relative_to(ROOT))
        for path in files("services", "shared")
        if "migrations" not in path.parts and committing.search(path.read_text())
    }
    # The last one commits an index, which is a copy.
    allowed = {"shared/db.py", "shared/migrate.py", "shared/consumer.py", "services/search/in_tantivy.py"}
    assert found <= allowed
    assert "shared/db.py" in found


def test_nobody_publishes_through_the_framework() -> None:
    publishing = re.compile(r"broker\.publish\(|\.publisher\(|\.xadd\(")
    assert [str(path) for path in files("services", "shared") if publishing.search(path.read_text())] == []


def migrations() -> list[Path]:
    return [
        *(ROOT / "shared/migrations/versions").glob("*.py"),
        *(ROOT / "services").glob("*/migrations/*.py"),
    ]


def test_every_migration_says_whether_it_runs_before_or_after_the_new_code() -> None:
    names = [path.name for path in migrations() if path.name != "__init__.py"]
    assert len(names) >= 5
    assert [name for name in names if not re.fullmatch(r"[a-z]+_\d{4}_(pre|post)_[a-z_]+\.py", name)] == []


@pytest.fixture
def empty(servers: Servers) -> Iterator[str]:
    name = f"empty_{next(numbers)}"
    owner(servers.database_url, f"CREATE DATABASE {name}")
    yield beside(servers.database_url, name)
    owner(servers.database_url, f"DROP DATABASE {name} WITH (FORCE)")


def tables(url: str) -> set[tuple[object, ...]]:
    return set(
        owner(
            url,
            "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')",
        )
    )


def test_migrating_again_changes_nothing(empty: str) -> None:
    migrate.migrate(empty)
    before = tables(empty)
    assert {schema for schema, *_ in before} == {"shared", *SERVICES}
    migrate.migrate(empty)
    assert tables(empty) == before


@pytest.mark.parametrize("service", SERVICES)
def test_a_schema_can_be_taken_down_and_put_up_again(empty: str, service: str) -> None:
    migrate.migrate(empty)
    before = tables(empty)
    engine = create_engine(empty)
    try:
        with engine.connect() as connection:
            connection.execute(text(f"SET search_path = {service}"))
            connection.commit()
            versions = ROOT / "services" / service / "migrations"
            command.downgrade(migrate.config(connection, service, versions), "base")
            connection.commit()
    finally:
        engine.dispose()
    left = {(schema, table) for schema, table, *_ in tables(empty) if schema == service}
    assert left <= {(service, "migration")}
    migrate.migrate(empty)
    assert tables(empty) == before


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_no_rights_in_anothers_schema(database_url: str, service: str) -> None:
    granted = []
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"SET ROLE gongkai_{service}".encode())
        for schema, table in connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname = ANY(%s)", [list(SERVICES)]
        ).fetchall():
            if schema == service:
                connection.execute(f"SELECT 1 FROM {schema}.{table} LIMIT 1".encode())
                continue
            for attempt in (f"SELECT 1 FROM {schema}.{table}", f"DELETE FROM {schema}.{table}"):
                try:
                    connection.execute(attempt.encode())
                except psycopg.errors.InsufficientPrivilege:
                    continue
                granted.append(attempt)
    assert granted == []


ATTEMPTS = (
    "UPDATE shared.officer SET roles = '{principal}'",
    "INSERT INTO shared.token (sha256, officer) VALUES ('x', 'feng.xue')",
    "UPDATE shared.timeline SET number = 9",
    "UPDATE shared.department SET uscc = 'x'",
    "CREATE TABLE mine (a int)",
    "CREATE ROLE intruder",
    "DROP TABLE outbox",
)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_changes_nothing_that_is_not_its_own(database_url: str, service: str) -> None:
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"SET ROLE gongkai_{service}".encode())
        connection.execute(f"SET search_path = {service}".encode())
        for attempt in ATTEMPTS:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(attempt.encode())
