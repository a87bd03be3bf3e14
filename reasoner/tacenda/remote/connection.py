"""Speaking HTTP with a store: who one is, what may be tried again, and what went wrong, in plain words."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import urlencode

import httpx

from tacenda.errors import Problem, QueryError
from tacenda.remote.place import Place

LOGIN = "TACENDA_AUTH"
"""The environment variable with the user and the password for a store, a colon between them."""

_PIECE = 1 << 16
_LONGEST_MESSAGE = 1 << 14
_TRY_AGAIN = {429, 502, 503, 504}
_WAITS = (0.2, 1.0)
"""How long to wait before a second and a third attempt."""


@dataclass(frozen=True)
class Answer:
    """What a store answered to a query."""

    content: bytes
    media_type: str
    headers: Mapping[str, str]


class Body:
    """What is sent, piece by piece, as often as it is asked for; *sent* hears how much has gone."""

    def __init__(self, content: bytes | memoryview, sent: Callable[[int], None] | None = None) -> None:
        self.content = memoryview(content)
        self._sent = sent

    def __len__(self) -> int:
        return len(self.content)

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self.content), _PIECE):
            yield bytes(self.content[start : start + _PIECE])
            if self._sent:
                self._sent(min(start + _PIECE, len(self.content)))


class _Login(httpx.Auth):
    """Says who one is when the store asks, in the way that it asks for."""

    def __init__(self, user: str, password: str) -> None:
        self._user, self._password = user, password
        self._way: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """The request as it is, and after a challenge with an answer to it."""
        if self._way is not None:
            yield from self._way.auth_flow(request)
            return
        response = yield request
        if response.status_code != httpx.codes.UNAUTHORIZED:
            return
        if "digest" in response.headers.get("www-authenticate", "").lower():
            self._way = httpx.DigestAuth(self._user, self._password)
            answering = self._way.auth_flow(request)
            next(answering)
            yield answering.send(response)
        else:
            self._way = httpx.BasicAuth(self._user, self._password)
            yield from self._way.auth_flow(request)


class Connection:
    """A store that is spoken with; closed when the block ends.

    Every request may be repeated without harm (a graph is put whole, a rule adds what is not there yet), so one that a
    store was too busy for, or that broke off, is tried again twice.
    """

    def __init__(self, place: Place, *, login: str | None = None, seconds: float = 60.0) -> None:
        self.place = place
        self._login = login
        user, colon, password = (login or "").partition(":")
        if login and not colon:
            raise QueryError(
                Problem(f"{LOGIN} is not a user and a password", hint=f"write it as {LOGIN}=user:password")
            )
        self._client = httpx.Client(auth=_Login(user, password) if login else None, timeout=seconds)
        self._seconds = seconds

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def put(self, graph: str, triples: Body) -> None:
        """Make *triples*, as N-Triples, all that the graph holds."""
        self._graph("PUT", graph, triples)

    def add(self, graph: str, triples: Body) -> None:
        """Add *triples*, as N-Triples, to the graph."""
        self._graph("POST", graph, triples)

    def update(self, text: str) -> None:
        """Run an update; raises `QueryError` when the store does not."""
        headers = {"Content-Type": "application/sparql-update"}
        address = self.place.update
        if not address:
            raise QueryError(
                Problem("where does the store take updates?", self.place.query, "say it with `--update URL`")
            )
        self._told("POST", address, "--update", headers=headers, content=text.encode())

    def ask(self, form: Sequence[tuple[str, str]], accept: str, *, seconds: float, longest: int) -> Answer:
        """The answer to a query with its parameters, by POST, and by GET where a store wants that.

        Raises `QueryError` when it takes longer than so many seconds, or is longer than so many bytes.
        """
        address, encoded = self.place.query, urlencode(form)
        posted = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
        until = time.monotonic() + seconds
        with self._spoken(address, seconds):
            response = self._sent("POST", address, headers=posted, content=encoded.encode(), seconds=seconds)
            if response.status_code in (httpx.codes.METHOD_NOT_ALLOWED, httpx.codes.UNSUPPORTED_MEDIA_TYPE):
                response.close()
                response = self._sent("GET", f"{address}?{encoded}", headers={"Accept": accept}, seconds=seconds)
            try:
                self._refuse(response, address, "--endpoint")
                content = bytearray()
                for piece in response.iter_bytes():
                    content += piece
                    if len(content) > longest:
                        raise QueryError(Problem(f"the answer is longer than {longest} bytes", address, "add LIMIT"))
                    if time.monotonic() > until:
                        raise httpx.ReadTimeout("the answer goes on for too long")
            finally:
                response.close()
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Answer(bytes(content), kind, response.headers)

    def _graph(self, method: str, graph: str, triples: Body) -> None:
        address = self.place.graphs
        if not address:
            hint = "say it with `--graphs URL`"
            raise QueryError(Problem("where does the store take graphs?", self.place.query, hint))
        headers = {"Content-Type": "application/n-triples", "Content-Length": str(len(triples))}
        self._told(method, f"{address}?{httpx.QueryParams(graph=graph)}", "--graphs", headers=headers, content=triples)

    def _told(
        self, method: str, address: str, option: str, *, headers: Mapping[str, str], content: bytes | Body
    ) -> None:
        with self._spoken(address):
            response = self._sent(method, address, headers=headers, content=content)
            try:
                self._refuse(response, address, option)
            finally:
                response.close()

    def _sent(
        self,
        method: str,
        address: str,
        *,
        headers: Mapping[str, str],
        content: bytes | Body | None = None,
        seconds: float | None = None,
    ) -> httpx.Response:
        for wait in (*_WAITS, None):
            try:
                request = self._client.build_request(
                    method, address, headers=headers, content=content, timeout=seconds or self._seconds
                )
                response = self._client.send(request, stream=True)
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                if wait is None:
                    raise
            else:
                if wait is None or response.status_code not in _TRY_AGAIN:
                    return response
                response.close()
            time.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _refuse(self, response: httpx.Response, address: str, option: str) -> None:
        """Raise `QueryError` for a response that is no success, with what the store says about it."""
        if response.is_success:
            return
        said = _first_words(response)
        method, status = response.request.method, response.status_code
        place = address.partition("?")[0]
        message, hint = _REFUSALS.get(status, ("", ""))
        if status == httpx.codes.UNAUTHORIZED and self._login:
            message, hint = f"the store does not know the user and the password in {LOGIN}", ""
        elif response.is_redirect:
            message, hint = f"the store has moved to {response.headers.get('location', 'another place')}", ""
        elif not message:
            message = "the store failed" if response.is_server_error else "the store refuses"
        raise RefusedError(
            status,
            Problem(f"{message} ({method}, {status}{': ' + said if said else ''})", place, hint.format(option=option)),
        )

    @contextmanager
    def _spoken(self, address: str, seconds: float | None = None) -> Iterator[None]:
        """Say in plain words why nothing was heard."""
        place = address.partition("?")[0]
        try:
            yield
        except httpx.TimeoutException as error:
            message = f"no answer within {seconds or self._seconds:g} seconds"
            raise QueryError(Problem(message, place, "allow more with `--seconds`")) from error
        except httpx.ConnectError as error:
            raise QueryError(Problem(f"no store answers here: {_reason(error)}", place, "is it running?")) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise QueryError(Problem(f"the connection broke off: {_reason(error)}", place)) from error


class RefusedError(QueryError):
    """A store answered that it does not do what it was asked; `status` is what it answered with."""

    def __init__(self, status: int, problem: Problem) -> None:
        super().__init__(problem)
        self.status = status


_REFUSALS = {
    401: ("the store asks who you are", f"set {LOGIN}=user:password"),
    403: ("the store does not let you do this", ""),
    404: ("nothing is here", "is this the right address? say another with `{option} URL`"),
    405: (
        "the store does not allow this here",
        "it may be read-only, or this is another of its addresses: see `{option}`",
    ),
    406: ("the store cannot write what tacenda reads", ""),
    413: ("this is too large for the store", ""),
    415: ("the store cannot read what tacenda writes", "is this the right address? say another with `{option} URL`"),
    501: ("the store cannot do this", "say another address with `{option} URL`"),
}


def _first_words(response: httpx.Response) -> str:
    """What a store says went wrong, without mark-up, as one short line."""
    text = b""
    for piece in response.iter_bytes():
        text += piece
        if len(text) > _LONGEST_MESSAGE:
            break
    plain = text[:_LONGEST_MESSAGE].decode("utf-8", "replace")
    if "html" in response.headers.get("content-type", "") or plain.lstrip().startswith("<"):
        plain = html.unescape(re.sub(r"(?is)<(style|script|title)\b.*?</\1>|<[^>]*>", " ", plain))
    line = next((line for line in map(str.split, plain.splitlines()) if line), [])
    said = " ".join(line)
    return f"{said[:200]}…" if len(said) > 200 else said


def _reason(error: Exception) -> str:
    """What went wrong below HTTP, in few words."""
    said = re.sub(r"^\[[^\]]*\]\s*", "", str(error)).strip().rstrip(".") or type(error).__name__
    return said[:1].lower() + said[1:]
