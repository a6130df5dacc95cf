"""Who is really asking: `X-Forwarded-*` headers are believed from trusted proxies only."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class TrustedProxies:
    """Puts the visitor's address and scheme where the proxy's stood.

    `trusted`: addresses or networks, as in `TRUSTED_PROXIES`. Of `X-Forwarded-For` the last
    address that is not a trusted proxy counts: what stands before it anybody can have written.
    """

    def __init__(self, application: WSGIApplication, trusted: tuple[str, ...]) -> None:
        self.application = application
        self.networks = tuple(ip_network(text, strict=False) for text in trusted)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        if self.is_trusted(environ.get("REMOTE_ADDR", "")):
            environ["REMOTE_ADDR"] = self.visitor(
                environ["REMOTE_ADDR"], environ.get("HTTP_X_FORWARDED_FOR", "")
            )
            scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip()
            if scheme in ("http", "https"):
                environ["wsgi.url_scheme"] = scheme
        return self.application(environ, start_response)

    def visitor(self, proxy: str, forwarded: str) -> str:
        """Give the last address of the chain that no proxy of ours has."""
        for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
            if not _is_address(hop):
                return proxy
            if not self.is_trusted(hop):
                return hop
            proxy = hop
        return proxy

    def is_trusted(self, address: str) -> bool:
        """Tell whether an address is one of our proxies."""
        return _is_address(address) and any(
            ip_address(address) in network for network in self.networks
        )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
