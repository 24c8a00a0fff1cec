from __future__ import annotations

from uuid import UUID

import pytest

from domain.ports import CodeCipher
from gateway.ciphers import AesCodeCipher
from gateway.code_keys import CodeKeys, new_key

LICENSE, OTHER = UUID(int=1), UUID(int=2)
CODE = "123456789012"
OLD, NEW = new_key("old"), new_key("new")


def _cipher(*entries: str) -> AesCodeCipher:
    return AesCodeCipher(CodeKeys.parse(",".join(entries)))


def test_a_code_comes_back_only_for_its_license() -> None:
    cipher: CodeCipher = _cipher(OLD)

    sealed = cipher.seal(LICENSE, CODE)

    assert cipher.open(LICENSE, sealed.cipher, sealed.key_name) == CODE
    assert CODE.encode() not in sealed.cipher
    with pytest.raises(ValueError, match="does not open"):
        cipher.open(OTHER, sealed.cipher, sealed.key_name)


@pytest.mark.parametrize("spoiled", [b"", b"short", b"\0" * 40])
def test_a_spoiled_cipher_does_not_open(spoiled: bytes) -> None:
    with pytest.raises(ValueError, match="does not open"):
        _cipher(OLD).open(LICENSE, spoiled, "old")


def test_any_changed_byte_is_noticed() -> None:
    cipher = _cipher(OLD)
    sealed = cipher.seal(LICENSE, CODE).cipher

    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(ValueError, match="does not open"):
            cipher.open(LICENSE, changed, "old")


def test_the_same_code_is_never_sealed_alike_and_found_alike() -> None:
    cipher = _cipher(OLD)

    one, two = cipher.seal(LICENSE, CODE), cipher.seal(LICENSE, CODE)

    assert one.cipher != two.cipher
    assert one.lookup == two.lookup == cipher.lookups(CODE)["old"]
    assert len(one.lookup) == 32
    assert cipher.lookups("123456789013")["old"] != one.lookup


def test_after_a_rotation_old_codes_open_and_new_ones_use_the_new_key() -> None:
    before, after = _cipher(OLD), _cipher(NEW, OLD)
    sealed = before.seal(LICENSE, CODE)

    assert after.current_key == after.seal(LICENSE, CODE).key_name == "new"
    assert after.open(LICENSE, sealed.cipher, sealed.key_name) == CODE
    assert after.lookups(CODE).keys() == {"new", "old"}
    assert after.lookups(CODE)["old"] == sealed.lookup
    assert after.lookups(CODE)["new"] != sealed.lookup


def test_an_unknown_key_is_named() -> None:
    sealed = _cipher(OLD).seal(LICENSE, CODE)

    with pytest.raises(ValueError, match="key 'old' is not among GATEWAY_CODE_KEYS"):
        _cipher(NEW).open(LICENSE, sealed.cipher, sealed.key_name)


def test_a_key_of_the_same_name_is_not_the_same_key() -> None:
    sealed = _cipher(OLD).seal(LICENSE, CODE)

    with pytest.raises(ValueError, match="does not open with the key 'old'"):
        _cipher(new_key("old")).open(LICENSE, sealed.cipher, "old")


def test_encryption_and_lookup_use_different_keys() -> None:
    keys = CodeKeys.parse(OLD)
    (key,) = AesCodeCipher(keys)._keys.values()

    assert key.lookup != keys.masters["old"]
    assert "object at" in repr(key)
