"""What docs/checklist.md names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "checklist.md").read_text().splitlines()
    if line.startswith("| ") and not line.startswith("| sentence ")
]
NAME = re.compile(r"`([^`]+)`")


def test_every_sentence_has_an_operation_and_a_proof_or_is_a_ruling() -> None:
    assert len(ROWS) > 80
    for sentence, operations, proofs in ROWS:
        decided = sentence.endswith("*")
        assert decided or NAME.findall(proofs), sentence
        assert decided or NAME.findall(operations) or "no section" in sentence, sentence


def test_every_operation_of_the_list_is_committed() -> None:
    named = {name for _, operations, _ in ROWS for name in NAME.findall(operations)}
    missing = {
        name for name in named if not (ROOT / "graphql" / "operations" / f"{name}.graphql").exists()
    }
    assert missing == set()


def test_every_proof_of_the_list_is_a_test() -> None:
    missing = set()
    for _, _, proofs in ROWS:
        for name in NAME.findall(proofs):
            file, _, function = name.partition("::")
            path = ROOT / "tests" / file
            tests = _tests(path) if path.exists() else set()
            if not tests or (function and function not in tests):
                missing.add(name)
    assert missing == set()


def _tests(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    }
