"""Links over HTTP to a server that comes and goes: what the tests of the link over HTTP use, too."""

from tests.link_http.conftest import home, running, store, url

__all__ = ["home", "running", "store", "url"]
