from __future__ import annotations

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from gateway.code_keys import CodeKeys, load_code_keys, new_key
from gateway.settings import Settings, SettingsRefused

SHORT = base64.b64encode(bytes(16)).decode()


def test_the_first_key_is_the_current_one() -> None:
    keys = CodeKeys.parse(f" {new_key('b')} , {new_key('a-1')}\n")

    assert keys.current == "b"
    assert list(keys.masters) == ["b", "a-1"]
    assert all(len(master) == 32 for master in keys.masters.values())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "entry 1 must be name:base64"),
        ("c2VjcmV0", "entry 1 must be name:base64"),
        (f"{new_key('a')},", "entry 2 must be name:base64"),
        (new_key("Upper"), "entry 1 must be name:base64"),
        (new_key("x" * 33), "entry 1 must be name:base64"),
        ("a:c2Vj cmV0!", "the key 'a' is not base64"),
        ("a:ключ", "the key 'a' is not base64"),
        (f"a:{SHORT}", "the key 'a' must be 32 bytes, it is 16"),
        (f"{new_key('a')},{new_key('a')}", "the name 'a' is given twice"),
    ],
    ids=range(9),
)
def test_keys_that_cannot_be_used_are_refused_and_not_shown(text: str, complaint: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        CodeKeys.parse(text)

    assert str(refused.value).startswith(f"GATEWAY_CODE_KEYS: {complaint}")
    assert SHORT not in str(refused.value)
    assert "c2Vj" not in str(refused.value)


def test_keys_are_not_shown() -> None:
    entry = new_key("a")

    assert entry.partition(":")[2] not in repr(CodeKeys.parse(entry))


def test_keys_of_the_settings_are_used_and_no_file_is_made(tmp_path: Path) -> None:
    said: list[str] = []
    settings = Settings(code_keys=SecretStr(new_key("ours")))

    keys = load_code_keys(settings, said.append, tmp_path / "code-keys")

    assert keys.current == "ours"
    assert said == []
    assert list(tmp_path.iterdir()) == []


def test_in_development_a_key_is_made_once_and_it_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    file = tmp_path / "data" / "code-keys"

    first = load_code_keys(Settings(), said.append, file)
    second = load_code_keys(Settings(), said.append, file)

    assert first.masters == second.masters
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(said) == 1
    assert str(file) in said[0]
    assert file.read_text().strip().partition(":")[2] not in said[0]
    assert [path.name for path in file.parent.iterdir()] == ["code-keys"]


def test_starting_together_all_get_the_same_key(tmp_path: Path) -> None:
    file = tmp_path / "code-keys"

    with ThreadPoolExecutor(8) as threads:
        loaded = list(
            threads.map(lambda _: load_code_keys(Settings(), lambda _: None, file), range(8))
        )

    assert len({keys.masters["development"] for keys in loaded}) == 1


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "code-keys"
    file.write_text(new_key("a"))
    file.chmod(0o640)

    with pytest.raises(SettingsRefused, match="can be read by others: chmod 600"):
        load_code_keys(Settings(), lambda _: None, file)
