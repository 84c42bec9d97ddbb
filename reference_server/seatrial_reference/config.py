"""What the server's home says: model, provider, approval policy and sandbox."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum

from seatrial_reference.errors import ConfigError, TurnFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from seatrial_reference.layers import Layers
    from seatrial_reference.tool_servers.configured import ToolServerConfig

HOME_VARIABLE = "SEATRIAL_REFERENCE_HOME"
WIRE_APIS = ("responses", "chat")


class ApprovalPolicy(StrEnum):
    """When the client is asked before a command runs (Codex app-server schema)."""

    UNTRUSTED = "untrusted"
    ON_FAILURE = "on-failure"
    ON_REQUEST = "on-request"
    NEVER = "never"


class SandboxMode(StrEnum):
    """What a command may touch when nobody approved it (Codex app-server schema)."""

    READ_ONLY = "read-only"
    WORKSPACE_WRITE = "workspace-write"
    DANGER_FULL_ACCESS = "danger-full-access"


class LoginMethod(StrEnum):
    """How a user signs in (Codex 0.163.0, `forced_login_method`)."""

    CHATGPT = "chatgpt"
    API = "api"


class CredentialsStore(StrEnum):
    """Where a sign-in is kept (Codex 0.65.0 to 0.169.0, `cli_auth_credentials_store`)."""

    FILE = "file"
    KEYRING = "keyring"
    AUTO = "auto"
    EPHEMERAL = "ephemeral"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Where the model is reached, and in which API: `base_url` ends before its path."""

    name: str
    base_url: str
    wire_api: str = "responses"
    env_key: str | None = None
    requires_openai_auth: bool = False
    http_headers: Mapping[str, str]

    def key(self) -> str:
        """Give the key that its own variable holds.

        Raises:
            TurnFailed: The variable is not set.
        """
        key = os.environ.get(self.env_key or "", "")
        if not key:
            raise TurnFailed(
                f"expected the environment variable {self.env_key} to hold the key of the provider "
                f"{self.name!r}, but it is not set; set it, or remove `env_key`.",
                info="unauthorized",
            )
        return key


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings that every thread starts from."""

    home: str
    model: str = "reference-model"
    provider: str | None = None
    providers: Mapping[str, Provider]
    approval: ApprovalPolicy = ApprovalPolicy.ON_REQUEST
    sandbox: SandboxMode = SandboxMode.READ_ONLY
    forced_login_method: str | None = None
    forced_workspace: str | None = None
    credentials_store: str = "file"
    lender_patience: float = 10.0  # seconds that a client has for new tokens of its own
    assessment: float | None = None  # seconds that the model may take to assess a command, if it is
    tool_servers: tuple[ToolServerConfig, ...] = ()

    @property
    def requires_sign_in(self) -> bool:
        """Whether the provider is one that a user signs in for."""
        chosen = self.providers.get(self.provider or "")
        return chosen is not None and chosen.requires_openai_auth


def find_home(environment: Mapping[str, str]) -> str:
    """Find the folder that holds `config.toml` and the saved threads.

    Raises:
        ConfigError: The variable is not set, or names no folder.
    """
    home = environment.get(HOME_VARIABLE, "")
    if not home:
        raise ConfigError(
            f"expected {HOME_VARIABLE} to name the server's home, but it is not set; "
            f"was the environment cleared? Set {HOME_VARIABLE} to an existing folder."
        )
    if not os.path.isdir(home):  # noqa: PTH112  (pathlib would cost start-up time)
        raise ConfigError(
            f"expected {HOME_VARIABLE} to name a folder, but it is {home!r}; "
            f"was the folder not created yet? Create it, or name another one."
        )
    return os.path.abspath(home)  # noqa: PTH100


def load(layers: Layers) -> Config:
    """Take the settings from what the layers come to; without any they are the defaults.

    Raises:
        ConfigError: A file is not TOML, or one of the values cannot be used.
    """
    return parse(layers.read(), home=layers.home, path=f"{layers.home}/config.toml")


def parse(table: Mapping[str, Any], *, home: str, path: str) -> Config:
    """Turn the configuration table into settings; keys that it does not know are left alone.

    Raises:
        ConfigError: A value has the wrong type, is not one of the known ones, or names a
            provider that is not described.
    """
    reader = _Reader(path)
    described = reader.table(table, "model_providers")
    providers = {name: _provider(reader, described, name) for name in described}
    chosen = reader.text(table, "model_provider")
    if chosen is not None and chosen not in providers:
        raise reader.wrong(
            "model_provider", f"one of {sorted(providers)}", chosen, "is its table missing?"
        )
    approval = reader.text(table, "approval_policy") or ApprovalPolicy.ON_REQUEST
    sandbox = reader.text(table, "sandbox_mode") or SandboxMode.READ_ONLY
    return Config(
        home=home,
        model=reader.text(table, "model") or "reference-model",
        provider=chosen,
        providers=providers,
        approval=ApprovalPolicy(reader.one_of(ApprovalPolicy, "approval_policy", approval)),
        sandbox=SandboxMode(reader.one_of(SandboxMode, "sandbox_mode", sandbox)),
        forced_login_method=_login_method(reader, table),
        forced_workspace=reader.text(table, "forced_chatgpt_workspace_id"),
        credentials_store=_credentials_store(reader, table),
        lender_patience=_milliseconds(reader, table, "client_tokens_timeout_ms", 10_000),
        assessment=_assessment(reader, reader.table(table, "features")),
        tool_servers=_tool_servers(reader, table, path),
    )


def _tool_servers(
    reader: _Reader, table: Mapping[str, Any], path: str
) -> tuple[ToolServerConfig, ...]:
    if "mcp_servers" not in table:
        return ()
    from seatrial_reference.tool_servers import configured

    return configured.read(reader.table(table, "mcp_servers"), path)


def _assessment(reader: _Reader, features: Mapping[str, Any]) -> float | None:
    prefix, key = "features.", "command_assessment_timeout_ms"
    if not reader.flag(features, "experimental_sandbox_command_assessment", prefix=prefix):
        return None
    return _milliseconds(reader, features, key, 5000, prefix=prefix)


def _milliseconds(
    reader: _Reader, table: Mapping[str, Any], key: str, usual: int, *, prefix: str = ""
) -> float:
    """Take a time in milliseconds; give it in seconds."""
    milliseconds = table.get(key, usual)
    if type(milliseconds) is not int or milliseconds <= 0:
        raise reader.wrong(prefix + key, "a number of milliseconds", milliseconds)
    return milliseconds / 1000


def _credentials_store(reader: _Reader, table: Mapping[str, Any]) -> str:
    kept = reader.text(table, "cli_auth_credentials_store") or CredentialsStore.FILE
    return reader.one_of(CredentialsStore, "cli_auth_credentials_store", kept)


def _login_method(reader: _Reader, table: Mapping[str, Any]) -> str | None:
    method = reader.text(table, "forced_login_method")
    return None if method is None else reader.one_of(LoginMethod, "forced_login_method", method)


def _provider(reader: _Reader, described: Mapping[str, Any], name: str) -> Provider:
    table = reader.table(described, name, prefix="model_providers.")
    prefix = f"model_providers.{name}."
    base_url = reader.text(table, "base_url", prefix=prefix)
    if base_url is None or not base_url.startswith(("http://", "https://")):
        raise reader.wrong(f"{prefix}base_url", "an http or https address", base_url)
    wire_api = reader.text(table, "wire_api", prefix=prefix) or WIRE_APIS[0]
    if wire_api not in WIRE_APIS:
        raise reader.wrong(f"{prefix}wire_api", f"one of {list(WIRE_APIS)}", wire_api)
    headers = reader.table(table, "http_headers", prefix=prefix)
    return Provider(
        name=name,
        base_url=base_url.rstrip("/"),
        wire_api=wire_api,
        env_key=reader.text(table, "env_key", prefix=prefix),
        requires_openai_auth=reader.flag(table, "requires_openai_auth", prefix=prefix),
        http_headers={
            header: reader.text(headers, header, prefix=f"{prefix}http_headers.") or ""
            for header in headers
        },
    )


class _Reader:
    """Takes typed values out of the table and says which key is wrong."""

    def __init__(self, path: str) -> None:
        self._path = path

    def wrong(
        self, key: str, expected: str, found: object, cause: str = "is it misspelt?"
    ) -> ConfigError:
        """Make the error for one key."""
        return ConfigError(
            f"expected `{key}` in {self._path} to be {expected}, but it is {found!r}; "
            f"{cause} Correct the file."
        )

    def text(self, table: Mapping[str, Any], key: str, *, prefix: str = "") -> str | None:
        """Take a string, or None where the key is not set."""
        value = table.get(key)
        if value is not None and not isinstance(value, str):
            raise self.wrong(prefix + key, "a string", value)
        return value

    def flag(self, table: Mapping[str, Any], key: str, *, prefix: str = "") -> bool:
        """Take a boolean; one that is not set is false."""
        value = table.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(prefix + key, "true or false", value)
        return value

    def table(self, table: Mapping[str, Any], key: str, *, prefix: str = "") -> Mapping[str, Any]:
        """Take a table; one that is not set is empty."""
        value = table.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(prefix + key, "a table", value)
        return value

    def one_of(self, kind: type[StrEnum], key: str, value: str) -> str:
        """Take one of an enumeration's values."""
        known = [str(member) for member in kind]
        if value not in known:
            raise self.wrong(key, f"one of {known}", value)
        return value
