"""Settings: every one documented, read and refused in one way."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccin_ld.config import Settings, documented
from ccin_ld.errors import BadSettings

DOC = Path(__file__).parent.parent / "docs" / "settings.md"


def test_every_setting_is_documented() -> None:
    text = DOC.read_text(encoding="utf-8")
    for name, option, default, help_text in documented():
        assert f"| `{name}` | `{option}` | {default} | {help_text} |" in text
    assert text.count("| `CCIN_LD_") == len(documented())


def test_environment_and_command_line() -> None:
    settings = Settings.from_env(
        {"CCIN_LD_PORT": "9000", "CCIN_LD_QUOTATIONS": "no", "HOME": "/"}, port=None, host="::1"
    )
    assert (settings.port, settings.quotations, settings.host) == (9000, False, "::1")
    assert Settings.from_env({"CCIN_LD_PORT": "9000"}, port=1).port == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CCIN_LD_PORT", "eighty"),
        ("CCIN_LD_PORT", "70000"),
        ("CCIN_LD_QUOTATIONS", "perhaps"),
        ("CCIN_LD_QUERY_TIMEOUT", "0"),
        ("CCIN_LD_QUERY_ROWS", "-1"),
        ("CCIN_LD_QUERY_TIMOUT", "3"),
    ],
)
def test_settings_that_mean_nothing(name: str, value: str) -> None:
    with pytest.raises(BadSettings) as caught:
        Settings.from_env({name: value})
    assert name in str(caught.value)
    assert "What to do" in str(caught.value)
