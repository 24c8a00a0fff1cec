"""`python -m gateway`: everything an operator does from a shell."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from gateway import demonstration, pos, roles_sdl, trusted
from gateway.composition import DOCUMENTS, close_tools, compose, open_tools
from gateway.drain import Drain
from gateway.founding import found
from gateway.logs import configure_logs
from gateway.mailing.office import check_mail, make_mailer, send_until_stopped
from gateway.server import serve as run_server
from gateway.settings import Settings, SettingsRefused, load_settings
from persistence import migrating
from persistence.privileges import grant as grant_privileges
from persistence.rotation import rotate, rotate_letters
from persistence.verification import verify as find_faults

SCHEMAS = DOCUMENTS / "schema"

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)

app.add_typer(pos.app, name="pos")


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _fail(text: str) -> typer.Exit:
    _say(text)
    return typer.Exit(1)


def _settings() -> Settings:
    try:
        settings = load_settings()
    except SettingsRefused as refused:
        raise _fail(str(refused)) from None
    configure_logs(settings)
    return settings


@app.command()
def serve() -> None:
    """Serve until SIGTERM; never migrates."""
    settings, drain = _settings(), Drain()
    if settings.mailer == "inside":
        _check_mail(settings)
    try:
        application = compose(settings, drain, _say)
    except trusted.ManifestOutdated as outdated:
        raise _fail(str(outdated)) from None
    run_server(application, settings, drain)


def _check_mail(settings: Settings) -> None:
    try:
        check_mail(settings)
    except SettingsRefused as refused:
        raise _fail(str(refused)) from None


@app.command()
def mailer() -> None:
    """Send letters until SIGTERM, beside gateways or in their place; any number may do so."""
    settings = _settings()
    _check_mail(settings)

    async def run() -> None:
        tools = await open_tools(settings, _say)
        try:
            sending = make_mailer(settings, tools.database, tools.envelopes)
            await send_until_stopped(sending, settings.drain_seconds)
        finally:
            await close_tools(tools)

    asyncio.run(run())


@app.command()
def migrate(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Only compare the migrations with the models.")
    ] = False,
) -> None:
    """Bring the database to the newest revision."""
    if check:
        differences = asyncio.run(migrating.drift())
        if differences:
            raise _fail("\n".join(differences))
        return
    asyncio.run(migrating.migrate(_settings().database_url))


@app.command()
def grant(role: Annotated[str, typer.Argument(help="The database role gateways use.")]) -> None:
    """Grant a PostgreSQL role what a gateway needs: the logs are append-only for it."""
    asyncio.run(grant_privileges(_settings().database_url, role))


@app.command()
def schema(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Only compare the files with the code.")
    ] = False,
) -> None:
    """Write the schema of each role and the manifest of the operations to graphql/."""
    if not check:
        roles_sdl.write(SCHEMAS)
        trusted.write(DOCUMENTS)
        return
    stale = roles_sdl.stale(SCHEMAS) + trusted.stale(DOCUMENTS)
    if stale:
        raise _fail(f"Run `python -m gateway schema`: out of date are {', '.join(stale)}.")


@app.command(name="found-licensor")
def found_licensor(  # noqa: PLR0913, PLR0917 - the options of the command
    name: Annotated[str, typer.Option(help="The licensor's name.")],
    inn: Annotated[str, typer.Option(help="The licensor's INN.")],
    email: Annotated[str, typer.Option(help="E-mail of the first admin.")],
    admin: Annotated[str, typer.Option(help="Last and first name of the first admin.")],
    address: Annotated[str, typer.Option(help="The postal address.")],
    phone: Annotated[str, typer.Option(help="The phone number.")],
) -> None:
    """Found the one licensor; asks for the password of its first admin."""
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    settings = _settings()

    async def run() -> None:
        tools = await open_tools(settings, _say)
        try:
            await found(tools, name, inn, address, phone, admin, email, password)
        finally:
            await close_tools(tools)

    asyncio.run(run())


@app.command()
def demo() -> None:
    """Fill an empty database with a demonstration world and print its sign-ins."""
    settings = _settings()
    if settings.production:
        raise _fail("The demonstration world is not for production.")

    async def run() -> bool:
        tools = await open_tools(settings, _say)
        try:
            return await demonstration.fill(tools)
        finally:
            await close_tools(tools)

    if asyncio.run(run()):
        demonstration.print_sign_ins(f"http://{settings.host}:{settings.port}")


@app.command()
def verify() -> None:
    """Check offline that nothing is lost, duplicated or out of step; say what is wrong where."""
    settings = _settings()

    async def run() -> list[str]:
        tools = await open_tools(settings, _say)
        try:
            faults = await find_faults(tools.database, tools.cipher, tools.envelopes)
            return [str(fault) for fault in faults]
        finally:
            await close_tools(tools)

    faults = asyncio.run(run())
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise _fail(f"{len(faults)} faults")
    typer.echo("No faults.")


@app.command(name="rotate-keys")
def rotate_keys() -> None:
    """Encrypt codes and letters with the first of GATEWAY_CODE_KEYS; may be repeated."""
    settings = _settings()

    async def run() -> tuple[int, int]:
        tools = await open_tools(settings, _say)
        try:
            codes = await rotate(tools.database, tools.cipher)
            return codes, await rotate_letters(tools.database, tools.envelopes)
        finally:
            await close_tools(tools)

    codes, letters = asyncio.run(run())
    typer.echo(f"{codes} codes and {letters} letters were brought under the current key.")


if __name__ == "__main__":
    sys.exit(app())
