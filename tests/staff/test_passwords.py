"""Passwords are hashed as RFC 9106 advises, and anew when that has become stronger."""

import pytest
from argon2 import Type
from argon2.profiles import RFC_9106_LOW_MEMORY

from outreach.staff import passwords
from tests.conftest import REAL_HASHER

PASSWORD = "water and gold and mercury"


def test_the_product_hashes_as_the_rfc_advises(monkeypatch: pytest.MonkeyPatch) -> None:
    assert REAL_HASHER.type is Type.ID
    assert REAL_HASHER.memory_cost >= RFC_9106_LOW_MEMORY.memory_cost
    assert REAL_HASHER.time_cost >= RFC_9106_LOW_MEMORY.time_cost
    cheap = passwords.hashed(PASSWORD, address="ada@example.org")
    monkeypatch.setattr(passwords, "HASHER", REAL_HASHER)
    assert passwords.is_right(cheap, PASSWORD)
    assert passwords.is_outdated(cheap)
    real = passwords.hashed(PASSWORD, address="ada@example.org")
    assert real.startswith("$argon2id$v=19$")
    assert passwords.is_right(real, PASSWORD)
    assert not passwords.is_right(real, f"{PASSWORD}!")
    assert not passwords.is_outdated(real)
