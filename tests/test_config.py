"""Settings: every one documented, read and refused in one way."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from click.testing import CliRunner

from ccin_ld.cli import main
from ccin_ld.config import Secret, Settings, documented
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


def test_secrets_are_hidden_and_travel_to_the_serving_process() -> None:
    settings = Settings.from_env({"CCIN_LD_ENDPOINT_PASSWORD": "s3cret", "CCIN_LD_ENDPOINT_TOKEN": "t0ken"})
    there = pickle.loads(pickle.dumps(settings))
    assert isinstance(there.endpoint_password, Secret)
    assert (there.endpoint_password.reveal(), there.endpoint_token.reveal()) == ("s3cret", "t0ken")
    shown = f"{there} {there!r} {there.endpoint_token}"
    assert "s3cret" not in shown
    assert "t0ken" not in shown


def test_the_settings_command_hides_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCIN_LD_ENDPOINT_PASSWORD", "s3cret")
    shown = CliRunner().invoke(main, ["settings"])
    assert shown.exit_code == 0
    assert "CCIN_LD_ENDPOINT_PASSWORD = (hidden)" in shown.output
    assert "s3cret" not in shown.output


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
