from __future__ import annotations

import base64

import pytest
from pydantic import SecretStr

from gateway.settings import Settings, SettingsRefused, load_settings
from gateway.settings_page import settings_page
from tests.gateway.conftest import ROOT

KEY = "first:" + base64.b64encode(bytes(32)).decode()


def test_the_defaults_are_those_of_development() -> None:
    assert load_settings().model_dump() == {
        "production": False,
        "database_url": "sqlite+aiosqlite:///data/gateway.sqlite3",
        "host": "127.0.0.1",
        "port": 8000,
        "trusted_proxies": ("127.0.0.1",),
        "public_origins": (),
        "code_keys": None,
        "session_lifetime_hours": 12,
        "sign_ins_per_account": 20,
        "sign_ins_per_address": 300,
        "mrc_password_only": True,
        "link_request_days": 30,
        "api_token_days": 366,
        "argon2_memory_kib": 19456,
        "argon2_time_cost": 2,
        "password_queue": 8,
        "request_deadline_seconds": 15,
        "statement_timeout_seconds": 10,
        "slow_statement_seconds": 1,
        "pool_size": 10,
        "pool_wait_seconds": 3,
        "body_limit_bytes": 1_000_000,
        "query_limit": 100_000,
        "token_limit": 4000,
        "alias_limit": 200,
        "directive_limit": 100,
        "directive_place_limit": 4,
        "comparison_limit": 20_000,
        "root_limit": 50,
        "order_limit": 10,
        "depth_limit": 16,
        "cost_limit": 50_000,
        "page_limit": 100,
        "browser_documents": "any",
        "socket_limit": 5000,
        "user_socket_limit": 50,
        "socket_operation_limit": 50,
        "socket_init_seconds": 5,
        "keep_alive_seconds": 15,
        "news_limit": 100,
        "log_level": "info",
        "log_format": "console",
        "drain_seconds": 10,
        "drain_notice_seconds": 1,
        "mailer": "inside",
        "mailer_lanes": 4,
        "mailer_poll_seconds": 5,
        "mailer_claim_seconds": 120,
        "smtp_host": None,
        "smtp_port": None,
        "smtp_tls": "starttls",
        "smtp_user": None,
        "smtp_password": None,
        "smtp_timeout_seconds": 60,
        "sender": None,
        "cabinet_url": None,
        "letter_attempts": 16,
        "letter_retry_seconds": 30,
        "letter_retry_limit_seconds": 14_400,
        "dead_letter_days": 30,
        "letters_folder": "data/letters",
    }


def test_production_logs_json_and_wants_a_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_PRODUCTION", "true")
    monkeypatch.setenv("GATEWAY_CODE_KEYS", KEY)

    settings = load_settings()

    assert settings.log_format == "json"
    assert settings.mrc_password_only is False


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ({"GATEWAY_PORTT": "1"}, "GATEWAY_PORTT is not a setting; the nearest one is GATEWAY_PORT"),
        ({"gateway_databse_url": "x"}, "the nearest one is GATEWAY_DATABASE_URL"),
        ({"GATEWAY_PORT": "many"}, "GATEWAY_PORT: Input should be a valid integer"),
        ({"GATEWAY_PORT": "70000"}, "GATEWAY_PORT: Input should be less than or equal to 65535"),
        ({"GATEWAY_PRODUCTION": "1"}, "GATEWAY_CODE_KEYS is required in production"),
        (
            {
                "GATEWAY_PRODUCTION": "1",
                "GATEWAY_CODE_KEYS": KEY,
                "GATEWAY_MRC_PASSWORD_ONLY": "1",
            },
            "GATEWAY_MRC_PASSWORD_ONLY cannot be true in production",
        ),
        ({"GATEWAY_DATABASE_URL": "mysql://root:hunter2@db/x"}, "GATEWAY_DATABASE_URL: must begin"),
        ({"GATEWAY_PUBLIC_ORIGINS": "cabinet.example"}, "GATEWAY_PUBLIC_ORIGINS: an origin is"),
        ({"GATEWAY_PUBLIC_ORIGINS": "https://a.example/x"}, "an origin is http(s)://host[:port]"),
        ({"GATEWAY_LOG_FORMAT": "xml"}, "GATEWAY_LOG_FORMAT: Input should be 'json' or 'console'"),
        ({"GATEWAY_SMTP_USER": "gateway"}, "GATEWAY_SMTP_USER and GATEWAY_SMTP_PASSWORD belong"),
        ({"GATEWAY_SMTP_PASSWORD": "hunter2"}, "GATEWAY_SMTP_PASSWORD belong together"),
        ({"GATEWAY_MAILER_CLAIM_SECONDS": "60"}, "must be longer than GATEWAY_SMTP_TIMEOUT"),
        ({"GATEWAY_SENDER": "MyPOS"}, "GATEWAY_SENDER: an address is name@domain"),
        ({"GATEWAY_SENDER": "a@b.example\nBcc: c@d.example"}, "GATEWAY_SENDER: an address is"),
        ({"GATEWAY_CABINET_URL": "cabinet.example"}, "GATEWAY_CABINET_URL: must begin with http"),
        ({"GATEWAY_CABINET_URL": "https://a.example/?x"}, "GATEWAY_CABINET_URL: must be a plain"),
    ],
)
def test_an_environment_that_cannot_be_used_is_refused(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], complaint: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsRefused) as refused:
        load_settings()

    assert complaint in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert KEY not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("postgresql://me@db/licenses", "postgresql+asyncpg://me@db/licenses"),
        ("postgres://me@db/licenses", "postgresql+asyncpg://me@db/licenses"),
        ("postgresql+asyncpg://me@db/licenses", "postgresql+asyncpg://me@db/licenses"),
        ("sqlite:////tmp/x.sqlite3", "sqlite+aiosqlite:////tmp/x.sqlite3"),
    ],
)
def test_a_database_url_gets_its_driver(given: str, kept: str) -> None:
    assert Settings(database_url=given).database_url == kept


def test_mail_has_its_usual_ports() -> None:
    ports = {tls: Settings(smtp_tls=tls).port_of_smtp for tls in ("none", "starttls", "tls")}
    assert ports == {"none": 25, "starttls": 587, "tls": 465}
    assert Settings(smtp_port=2525).port_of_smtp == 2525


def test_it_knows_what_production_needs_to_send_letters() -> None:
    assert Settings().missing_mail() == ["smtp_host", "sender", "cabinet_url"]
    told = Settings(
        smtp_host="mail.example", sender="MyPOS <a@b.example>", cabinet_url="https://c.example/"
    )
    assert told.missing_mail() == []
    assert told.cabinet_url == "https://c.example"
    assert told.sender == "MyPOS <a@b.example>"


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_PUBLIC_ORIGINS", "https://A.example/, http://b.example:81")
    monkeypatch.setenv("GATEWAY_TRUSTED_PROXIES", "10.0.0.0/8")

    settings = load_settings()

    assert settings.public_origins == ("https://a.example", "http://b.example:81")
    assert settings.trusted_proxies == ("10.0.0.0/8",)


def test_secrets_are_not_shown() -> None:
    shown = repr(Settings(database_url="postgresql://me:hunter2@db/x", code_keys=SecretStr(KEY)))

    assert "hunter2" not in shown
    assert KEY not in shown


def test_the_page_of_settings_is_up_to_date() -> None:
    kept = (ROOT / "docs" / "settings.md").read_text()

    assert kept == settings_page(), (
        "write gateway.settings_page.settings_page() to docs/settings.md"
    )
