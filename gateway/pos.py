"""`python -m gateway pos`: a POS in a shell, for demonstrations and tests.

It talks to a running gateway as a till does, by the committed operations of a POS, and keeps its
device token in a file that only its owner may read.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import httpx
import typer

from gateway.composition import DOCUMENTS

OPERATIONS = DOCUMENTS / "operations"
TIMEOUT = 20.0

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Be a POS: register, activate, pull cashiers."
)

Url = Annotated[str, typer.Option(help="Where the gateway is.")]
File = Annotated[Path, typer.Option(help="Where the POS keeps its device token.")]
Code = Annotated[str, typer.Argument(help="The 12 digits of a license; spaces are ignored.")]

_HERE = "http://127.0.0.1:8000"
_FILE = Path("data/pos-device")


def _refused(text: str) -> typer.Exit:
    typer.echo(text, err=True)
    return typer.Exit(1)


def _read(file: Path) -> dict[str, str]:
    try:
        kept: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return kept


def _keep(file: Path, kept: dict[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    # For nobody else's eyes from the first moment on, also if the file was there with other rights.
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as output:
        os.fchmod(output.fileno(), 0o600)
        json.dump(kept, output)


def _ask(url: str, credential: str, operation: str, **variables: object) -> Any:  # noqa: ANN401 - JSON
    """Send a committed operation and return the value of its field, or leave with the reason."""
    query = (OPERATIONS / f"{operation}.graphql").read_text(encoding="utf-8")
    try:
        response = httpx.post(
            f"{url.rstrip('/')}/graphql",
            json={"query": query, "variables": variables},
            headers={"authorization": f"Bearer {credential}", "accept-language": "en"},
            timeout=TIMEOUT,
        )
        answer = response.json()
    except httpx.HTTPError as error:
        raise _refused(f"The gateway at {url} does not answer: {type(error).__name__}.") from None
    except ValueError:
        raise _refused(f"What answers at {url} is no gateway.") from None
    if answer.get("errors"):
        raise _refused(answer["errors"][0]["message"])
    (result,) = answer["data"].values()
    if "code" in result:
        raise _refused(f"{result['message']} ({result['code']})")
    return result


def _ask_as_device(url: str, file: Path, operation: str, **variables: object) -> Any:  # noqa: ANN401 - JSON
    token = _read(file).get("token")
    if token is None:
        raise _refused("This POS is not registered: run `python -m gateway pos register`.")
    return _ask(url, token, operation, **variables)


@app.command()
def register(  # noqa: PLR0913, PLR0917 - the options of the command
    sync_key: Annotated[
        str,
        typer.Option(
            envvar="POS_SYNC_KEY", prompt="Sync key", hide_input=True, help="The outlet's key."
        ),
    ],
    name: Annotated[str, typer.Option(help="What the cabinet shall call it.")] = "POS simulator",
    model: Annotated[str, typer.Option(help="Which model it is.")] = "Shell",
    owner: Annotated[str, typer.Option(help="Whose it is.")] = "",
    url: Url = _HERE,
    file: File = _FILE,
) -> None:
    """Register this POS with the sync key of an outlet."""
    kept = _read(file)
    if "token" in kept:
        raise _refused(f"This POS is registered already; its token is in {file}.")
    outlet = _ask(url, sync_key, "pos_outlet/pos_outlet")
    # Kept before it is used: if the answer is lost, the next try is for the same device.
    key = kept.get("key") or uuid4().hex
    _keep(file, {"key": key})
    made = _ask(
        url,
        sync_key,
        "pos_outlet/register_device",
        idempotencyKey=key,
        name=name,
        model=model,
        owner=owner or None,
    )
    _keep(file, {"key": key, "token": made["token"], "device": made["device"]})
    typer.echo(f"Registered at {outlet['name']} of {outlet['companyName']} as {made['device']}.")


@app.command()
def activate(code: Code, url: Url = _HERE, file: File = _FILE) -> None:
    """Activate a license on this POS."""
    result = _ask_as_device(url, file, "pos_device/activate_license", code=code)
    typer.echo(f"Activated: {_told(result['license'])}.")


@app.command()
def deactivate(code: Code, url: Url = _HERE, file: File = _FILE) -> None:
    """Take a license off this POS, to be activated on another."""
    result = _ask_as_device(url, file, "pos_device/deactivate_license", code=code)
    typer.echo(f"Deactivated: {_told(result['license'])}.")


@app.command()
def cashiers(url: Url = _HERE, file: File = _FILE) -> None:
    """Pull who may work on this POS."""
    result = _ask_as_device(url, file, "pos_device/pull_cashiers")
    for each in result["cashiers"]:
        typer.echo("\t".join((each["number"] or "-", each["name"])))
    typer.echo(f"Cashiers: {len(result['cashiers'])}.")


@app.command()
def receipt(url: Url = _HERE, file: File = _FILE) -> None:
    """Print a receipt; a POS pulls its cashiers after each."""
    typer.echo("A receipt was printed.")
    cashiers(url, file)


@app.command()
def status(url: Url = _HERE, file: File = _FILE) -> None:
    """Tell what this POS knows of itself."""
    pos = _ask_as_device(url, file, "pos_device/pos")
    typer.echo(f"{pos['deviceName']} at {pos['outletName']} ({pos['timeZone']})")
    typer.echo(f"Company: {pos['companyName']}.")
    for edge in pos["licenses"]["edges"]:
        typer.echo(f"License: {_told(edge['node'])}.")
    if pos["loadRequested"]:
        typer.echo("Asked to pull its cashiers.")


def _told(license_: dict[str, str]) -> str:
    return f"{license_['productName']} {license_['maskedCode']}"
