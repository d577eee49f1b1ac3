"""TLS settings of the client: trusted certificates, and what is wrong with a certificate."""

from __future__ import annotations

import os
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path

from beatpass_tui.errors import ConnectionBlocked, Misconfigured

_CERTIFICATES = "The certificates in SSL_CERT_FILE or SSL_CERT_DIR can't be read."
_KEY_LOG = "The file in SSLKEYLOGFILE can't be written; unset the variable or name another file."

_EXPIRED, _NOT_YET_VALID, _WRONG_HOST, _WRONG_ADDRESS = 10, 9, 62, 64
"""Codes of OpenSSL."""


def client_context(environ: Mapping[str, str] = os.environ) -> ssl.SSLContext:
    """Return a context that trusts the operating system's certificates, or those in variables.

    Takes tens of milliseconds. Raises Misconfigured.
    """
    file, folders = environ.get("SSL_CERT_FILE"), environ.get("SSL_CERT_DIR")
    if file or folders:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if folders and not any(Path(folder).is_dir() for folder in folders.split(os.pathsep)):
            raise Misconfigured(_CERTIFICATES)
        try:
            context.load_verify_locations(file or None, folders or None)
        except OSError:
            raise Misconfigured(_CERTIFICATES) from None
    else:
        context = _system_context()
    # Companies install intermediate certificates as well.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if path := environ.get("SSLKEYLOGFILE"):
        try:
            context.keylog_filename = path
        except OSError:
            raise Misconfigured(_KEY_LOG) from None
    return context


def _system_context() -> ssl.SSLContext:
    paths = ssl.get_default_verify_paths()
    has_certificates = paths.cafile or (paths.capath and any(Path(paths.capath).glob("*.[0-9]")))
    if has_certificates and sys.platform not in ("darwin", "win32"):
        # truststore would read them again for each connection, which takes 80 ms each time.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.set_default_verify_paths()
        return context
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def certificate_error(error: ssl.SSLCertVerificationError) -> ConnectionBlocked:
    """Return the error to raise for a certificate that was not accepted."""
    code = getattr(error, "verify_code", None)
    if code in (_EXPIRED, _NOT_YET_VALID):
        state = "has expired" if code == _EXPIRED else "is not valid yet"
        message = f"The service's TLS certificate {state}; check the clock of this computer."
        return ConnectionBlocked(message, reason=f"certificate {state}")
    if code in (_WRONG_HOST, _WRONG_ADDRESS):
        message = "The TLS certificate is for another host; this network may require a login."
        return ConnectionBlocked(message, reason="certificate of another host")
    message = "The service's TLS certificate is not trusted by this computer."
    return ConnectionBlocked(message, reason="certificate not trusted")
