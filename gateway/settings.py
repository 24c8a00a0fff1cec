"""What an operator decides: every `GATEWAY_` variable, its default, unit and limits.

Only the environment is read (no `.env`). A `GATEWAY_` variable that is not one of these is
refused, because a misspelt limit would otherwise silently keep its default.
"""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic import model_validator as whole
from pydantic_settings import NoDecode, SettingsConfigDict

from gateway.mail_settings import MailSettings

PREFIX = "GATEWAY_"
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_Names = Annotated[tuple[str, ...], NoDecode]


class SettingsRefused(Exception):
    """The environment cannot be used; the message names each variable, never its value."""


class Settings(MailSettings):
    """The settings of one gateway process. `load_settings` reads them with clear errors."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=None,
        extra="forbid",
        frozen=True,
        # A mistyped value may be a password or a key.
        hide_input_in_errors=True,
    )

    production: bool = Field(
        default=False,
        description="Real use: secrets must be given, cookies need TLS, nothing migrates at start.",
    )
    database_url: str = Field(
        default="sqlite+aiosqlite:///data/gateway.sqlite3",
        repr=False,
        description="Where everything is kept: `sqlite:///<path>` or `postgresql://…`.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes any.")
    trusted_proxies: _Names = Field(
        default=("127.0.0.1",),
        description="Addresses or networks whose `X-Forwarded-For` and `-Proto` are believed, "
        "comma-separated.",
    )
    public_origins: _Names = Field(
        default=(),
        description="Origins that may use cookies beside the host asked for, comma-separated; "
        "needed where a proxy rewrites `Host`. Example: `https://cabinet.example.com`.",
    )
    code_keys: SecretStr | None = Field(
        default=None,
        description="Keys of license codes, `name:base64 of 32 bytes`, comma-separated, the "
        "current one first. Required in production; in development generated once into "
        "`data/code-keys`.",
    )
    session_lifetime_hours: int = Field(
        default=12, ge=1, le=24 * 90, description="How long a session lives, hours."
    )
    mrc_password_only: bool = Field(
        default=None,
        validate_default=True,
        description="Whether administrators of multi-regional companies sign in with a password "
        "alone. Default: the opposite of `GATEWAY_PRODUCTION`, which refuses `true`.",
    )
    sign_ins_per_account: int = Field(
        default=20,
        ge=1,
        description="How often in 15 minutes signing in to one account may fail, over all "
        "gateways.",
    )
    sign_ins_per_address: int = Field(
        default=300,
        ge=1,
        description="How often in 15 minutes one address may try to sign in, over all gateways.",
    )
    link_request_days: int = Field(
        default=30, ge=1, le=365, description="After how many days a link request expires."
    )
    api_token_days: int = Field(
        default=366, ge=1, le=3660, description="How long an API token may live, days."
    )
    argon2_memory_kib: int = Field(
        default=19456, ge=8, le=4_194_304, description="Memory of one password hash, KiB."
    )
    argon2_time_cost: int = Field(
        default=2, ge=1, le=100, description="Passes over that memory for one password hash."
    )
    password_queue: int = Field(
        default=8,
        ge=0,
        description="Sign-ins that may wait for the hashing thread; more are told to try again.",
    )
    request_deadline_seconds: float = Field(
        default=15,
        gt=0,
        description="Longest time to receive a request, and again to answer it, seconds.",
    )
    statement_timeout_seconds: float = Field(
        default=10, gt=0, description="Longest time of one SQL statement, seconds."
    )
    slow_statement_seconds: float = Field(
        default=1, ge=0, description="Statements that take this long are logged, seconds."
    )
    pool_size: int = Field(
        default=10, ge=1, le=1000, description="Database connections of each pool of this process."
    )
    pool_wait_seconds: float = Field(
        default=3, gt=0, description="Longest wait for a database connection, seconds."
    )
    body_limit_bytes: int = Field(
        default=1_000_000, ge=1024, description="Largest request body (or query string), bytes."
    )
    query_limit: int = Field(
        default=100_000, ge=1000, description="Longest GraphQL document, characters."
    )
    token_limit: int = Field(
        default=4000, ge=100, description="Most lexical tokens of one GraphQL document."
    )
    alias_limit: int = Field(default=200, ge=1, description="Most aliases in one GraphQL document.")
    directive_limit: int = Field(
        default=100, ge=1, description="Most directives in one GraphQL document."
    )
    directive_place_limit: int = Field(
        default=4, ge=1, description="Most directives at one place of a GraphQL document."
    )
    comparison_limit: int = Field(
        default=20_000,
        ge=1000,
        description="Most comparisons made to tell whether the fields of one GraphQL document can "
        "be merged.",
    )
    root_limit: int = Field(default=50, ge=1, description="Most fields at the root of one query.")
    order_limit: int = Field(
        default=10,
        ge=1,
        description="Most fields at the root of one mutation: each may verify a password or lock "
        "rows.",
    )
    depth_limit: int = Field(
        default=16, ge=1, description="Deepest nesting of fields of one GraphQL operation."
    )
    cost_limit: int = Field(
        default=50_000,
        ge=100,
        description="Most field values the answer of one operation may hold, from page sizes.",
    )
    page_limit: int = Field(default=100, ge=1, le=100, description="Largest `first` and `last`.")
    browser_documents: Literal["any", "trusted"] = Field(
        default="any",
        description="`trusted`: browsers may send only the documents of `graphql/manifest.json`.",
    )
    socket_limit: int = Field(
        default=5000, ge=1, description="Most WebSockets and event streams of this process."
    )
    user_socket_limit: int = Field(
        default=50, ge=1, description="Most WebSockets and event streams of one user."
    )
    socket_operation_limit: int = Field(
        default=50, ge=1, description="Most operations under way on one WebSocket."
    )
    socket_init_seconds: float = Field(
        default=5, gt=0, description="Longest wait for the first message of a WebSocket, seconds."
    )
    keep_alive_seconds: float = Field(
        default=15,
        gt=0,
        description="How often each WebSocket and event stream is sent a sign of life, and its "
        "session is looked up, seconds.",
    )
    news_limit: int = Field(
        default=100,
        ge=1,
        description="Most news that waits for one subscription; with more, it is told to look "
        "again.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe level that is logged."
    )
    log_format: Literal["json", "console"] = Field(
        default=None,
        validate_default=True,
        description="`json` (one object a line) or `console`. Default: `json` in production.",
    )
    drain_seconds: float = Field(
        default=10,
        ge=0,
        description="After SIGTERM, how long requests in flight may take to finish, seconds.",
    )
    drain_notice_seconds: float = Field(
        default=1,
        ge=0,
        description="After SIGTERM, how long `/readyz` says 503 before the port closes, seconds; "
        "give a balancer time to notice.",
    )

    @field_validator("database_url")
    @classmethod
    def _with_driver(cls, url: str) -> str:
        scheme, separator, rest = url.partition("://")
        driver = _DRIVERS.get(scheme)
        if not separator or driver is None:
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return f"{driver}://{rest}"

    @field_validator("public_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())

    @field_validator("mrc_password_only", "log_format", mode="before")
    @classmethod
    def _by_mode(cls, value: object, info: ValidationInfo) -> object:
        if value is not None:
            return value
        production = info.data.get("production", False)
        if info.field_name == "log_format":
            return "json" if production else "console"
        return not production

    @field_validator("public_origins")
    @classmethod
    def _origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            scheme, separator, host = origin.partition("://")
            if scheme not in {"http", "https"} or not separator or not host or "/" in host:
                raise ValueError("an origin is http(s)://host[:port], without a path")
        return tuple(origin.lower() for origin in origins)

    @whole(mode="before")
    @classmethod
    def _known(cls, values: dict[str, object]) -> dict[str, object]:
        complaints = unknown_variables(os.environ)
        if complaints:
            raise ValueError("; ".join(complaints))
        return values

    @whole(mode="after")
    def _fit_for_production(self) -> Self:
        if self.production and self.code_keys is None:
            raise ValueError(f"{PREFIX}CODE_KEYS is required in production")
        if self.production and self.mrc_password_only:
            raise ValueError(
                f"{PREFIX}MRC_PASSWORD_ONLY cannot be true in production: administrators of "
                "multi-regional companies need a second factor"
            )
        return self


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Return a complaint for each `GATEWAY_` variable that is no setting, with the nearest one."""
    known = [f"{PREFIX}{name}".upper() for name in Settings.model_fields]
    complaints = []
    for name in sorted(environment):
        if not name.upper().startswith(PREFIX) or name.upper() in known:
            continue
        nearest = get_close_matches(name.upper(), known, n=1, cutoff=0.0)
        complaints.append(f"{name} is not a setting; the nearest one is {nearest[0]}")
    return complaints


def load_settings() -> Settings:
    """Read the settings from the environment; `SettingsRefused` says what is wrong with it."""
    try:
        return Settings()
    except ValidationError as refused:
        lines = []
        for error in refused.errors(include_url=False, include_input=False, include_context=False):
            variable = "_".join(str(part) for part in error["loc"]).upper()
            message = error["msg"].removeprefix("Value error, ")
            lines.append(f"{PREFIX}{variable}: {message}" if variable else message)
        raise SettingsRefused("\n".join(lines)) from None
