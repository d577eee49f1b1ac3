"""Certificates and proxies, over real TLS connections."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
import truststore

from beatpass_tui.api import BeatPass, Timeouts
from beatpass_tui.errors import ConnectionBlocked, Misconfigured, RequestFailed
from beatpass_tui.models.secret import Secret
from beatpass_tui.transport import tls
from support.api_client import StillClock
from support.scripted_server import ScriptedServer, Step, answer, tunnel

ANSWER = answer({"status": "success", "user": {"id": 7, "display_name": "nova"}})
TIMEOUTS = Timeouts(connect=20, read=20, total=60, backoff=0.001)
PAST, LONG_PAST = datetime(2020, 2, 2, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)


class Company:
    """A certificate authority that only this test knows."""

    def __init__(self, folder: Path) -> None:
        self.authority = trustme.CA()
        self.file = folder / "company.pem"
        self.authority.cert_pem.write_to_path(self.file)

    def hashed_folder(self) -> Path:
        """Return a folder with the certificate under the name that OpenSSL looks for."""
        command = ["openssl", "x509", "-hash", "-noout", "-in", str(self.file)]
        name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
        shutil.copy(self.file, self.file.with_name(f"{name}.0"))
        return self.file.parent

    def server(
        self, host: str = "127.0.0.1", step: Step = ANSWER, *, has_expired: bool = False
    ) -> ScriptedServer:
        """Return a server with a certificate of the company for a host."""
        first, last = (LONG_PAST, PAST) if has_expired else (None, None)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate = self.authority.issue_cert(host, not_before=first, not_after=last)
        certificate.configure_cert(context)
        return ScriptedServer(step, tls=context)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return Company(tmp_path_factory.mktemp("company"))


@pytest.fixture(autouse=True)
def environ(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without the variables that matter here."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_PROXY".upper(), raising=False)
    return monkeypatch


async def request(url: str) -> None:
    async with BeatPass(f"{url}/v1", Secret("1|a"), timeouts=TIMEOUTS, clock=StillClock()) as api:
        await api.account()


async def failure(url: str) -> RequestFailed:
    with pytest.raises(RequestFailed) as caught:
        await request(url)
    return caught.value


async def shake_hands(context: ssl.SSLContext, server: ScriptedServer) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=context)
    writer.close()
    await writer.wait_closed()


async def test_certificate_in_the_store_of_the_system_needs_no_variable(
    company: Company, environ: pytest.MonkeyPatch
) -> None:
    # OpenSSL reads this variable by itself; the program is told that none is set.
    environ.setenv("SSL_CERT_FILE", str(company.file))
    context = tls.client_context({})
    async with company.server() as server:
        await shake_hands(context, server)
        await shake_hands(context, server)


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="these have another kind of store")
async def test_store_that_python_does_not_know_is_found(
    company: Company, environ: pytest.MonkeyPatch
) -> None:
    nowhere = ssl.DefaultVerifyPaths(None, "/nowhere", "", "", "", "")  # type: ignore[arg-type]
    environ.setattr(ssl, "get_default_verify_paths", lambda: nowhere)
    environ.setattr("truststore._openssl._CA_FILE_CANDIDATES", ["/missing", str(company.file)])
    async with company.server() as server:
        await shake_hands(tls.client_context({}), server)


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_verify_by_themselves(platform: str, environ: pytest.MonkeyPatch) -> None:
    environ.setattr(sys, "platform", platform)
    context = tls.client_context({})
    assert isinstance(context, truststore.SSLContext)
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


async def test_variables_override_the_store(
    company: Company, environ: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = Company(tmp_path)
    async with company.server() as server:
        environ.setenv("SSL_CERT_FILE", str(company.file))
        await request(server.url)
        environ.setenv("SSL_CERT_FILE", str(other.file))
        assert (await failure(server.url)).reason == "certificate not trusted"
        if shutil.which("openssl") is not None:
            environ.setenv("SSL_CERT_DIR", str(company.hashed_folder()))
            await request(server.url)
            environ.delenv("SSL_CERT_FILE")
            await request(server.url)


async def test_message_names_what_is_wrong_with_a_certificate(
    company: Company, environ: pytest.MonkeyPatch
) -> None:
    async def check(server: ScriptedServer, reason: str, message: str) -> None:
        async with server:
            error = await failure(server.url)
        assert isinstance(error, ConnectionBlocked)
        assert error.reason == reason
        assert message in error.message

    await check(company.server(), "certificate not trusted", "is not trusted")
    environ.setenv("SSL_CERT_FILE", str(company.file))
    await check(company.server(has_expired=True), "certificate has expired", "check the clock")
    for host in ("beatpass.example", "127.0.0.2"):
        await check(company.server(host), "certificate of another host", "another host")


@pytest.mark.parametrize(
    "name, value", [("SSL_CERT_FILE", ""), ("SSL_CERT_DIR", "none"), ("SSLKEYLOGFILE", "none/keys")]
)
async def test_unusable_file_is_named_by_its_variable(
    name: str, value: str, environ: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environ.setenv(name, str(tmp_path / value))
    error = await failure("https://beatpass.invalid")
    assert isinstance(error, Misconfigured)
    assert name in error.message


async def test_key_log_is_written(
    company: Company, environ: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environ.setenv("SSL_CERT_FILE", str(company.file))
    environ.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    async with company.server() as server:
        await request(server.url)
    assert "SECRET" in (tmp_path / "keys").read_text()


@pytest.mark.parametrize(
    "status, message",
    [(407, "requires a user name and password"), (403, r"refused the connection \(HTTP 403\)")],
)
async def test_proxy_that_refuses_is_named(
    status: int, message: str, environ: pytest.MonkeyPatch
) -> None:
    async with ScriptedServer(answer(b"", status, reason="\x1b]0;evil\x07")) as proxy:
        environ.setenv("HTTPS_PROXY", proxy.url.replace("//", "//user:hunter2@"))
        with pytest.raises(ConnectionBlocked, match=f"The proxy 127.0.0.1:{proxy.port} {message}"):
            await request("https://open.beatpass.invalid")


@pytest.mark.parametrize(
    "host, message", [("127.0.0.1", "refused by the proxy"), ("proxy.invalid", "of the proxy")]
)
async def test_proxy_that_is_not_there_is_named(
    host: str, message: str, environ: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        environ.setenv("HTTPS_PROXY", f"http://user:hunter2@{host}:{port}")
        error = await failure("https://open.beatpass.invalid")
    assert f"{message} {host}:{port}" in error.message
    assert "hunter2" not in error.message


@pytest.mark.parametrize("is_secure", [False, True], ids=["http", "https"])
async def test_connection_through_a_proxy(
    is_secure: bool, company: Company, environ: pytest.MonkeyPatch
) -> None:
    environ.setenv("SSL_CERT_FILE", str(company.file))
    async with company.server("open.beatpass.invalid") as server:
        step = tunnel(server.port)
        async with company.server(step=step) if is_secure else ScriptedServer(step) as proxy:
            environ.setenv("HTTPS_PROXY", proxy.url)
            await request("https://open.beatpass.invalid")
            assert [each.method for each in proxy.requests] == ["CONNECT"]
        assert [each.path for each in server.requests] == ["/v1/users/me"]
