"""The law base as it stood after an earlier opening, so that the next one need not read and close it again."""

from __future__ import annotations

import gc
import io
import pickle
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pyoxigraph import RdfFormat, Store

from tacenda import cache, model, network, taxonomy
from tacenda.model import Norm, Source
from tacenda.network import Network
from tacenda.taxonomy import Taxonomy

_OURS = {
    **{
        ("tacenda.model", name): getattr(model, name)
        for name in ("Source", "Norm", "Condition", "KindHolds", "Deadline")
    },
    **{("tacenda.network", name): getattr(network, name) for name in ("Network", "Gate")},
    **{("tacenda.taxonomy", name): getattr(taxonomy, name) for name in ("Taxonomy", "Term")},
}
_PLAIN = {("datetime", "date"), ("builtins", "frozenset")}


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for garbage meanwhile: where very many objects are made that all stay, it takes a third of the time."""
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searched:
            gc.enable()


@dataclass(frozen=True)
class Snapshot:
    """Everything that is worked out of the files of a law base."""

    sources: dict[str, Source]
    norms: dict[str, Norm]
    taxonomy: Taxonomy
    network: Network


def kept(digest: str) -> Snapshot | None:
    """The snapshot of the law base with this digest, or nothing."""
    content = cache.read(_name(digest))
    if content is None:
        return None
    try:
        return Snapshot(*_Reader(io.BytesIO(content)).load())
    except (
        pickle.UnpicklingError,
        SyntaxError,
        EOFError,
        TypeError,
        ValueError,
        AttributeError,
        ImportError,
        IndexError,
    ):
        return None


def kept_store(digest: str) -> Store | None:
    """The statements of the law base with this digest, or nothing: most questions need none of them."""
    content = cache.read(_name(digest, "nq.zlib"))
    if content is None:
        return None
    try:
        store = Store()
        store.load(
            zlib.decompress(content), format=RdfFormat.N_QUADS, lenient=True
        )  # what was written by a store is well-formed
    except (SyntaxError, ValueError, zlib.error):
        return None
    return store if len(store) else None


def keep(digest: str, snapshot: Snapshot, store: Store) -> None:
    """Keep a snapshot and the statements behind it for the next opening."""
    buffer = io.BytesIO()
    store.dump(buffer, format=RdfFormat.N_QUADS)
    cache.write(_name(digest, "nq.zlib"), zlib.compress(buffer.getvalue(), level=1))
    values = (snapshot.sources, snapshot.norms, snapshot.taxonomy, snapshot.network)
    cache.write(_name(digest), pickle.dumps(values, protocol=5))


class _Reader(pickle.Unpickler):
    """Makes our own values and plain ones, and calls nothing else: a cache folder may be writable by others."""

    def find_class(self, module: str, name: str) -> object:
        """The class that a snapshot may name; raises `UnpicklingError` for any other."""
        if (module, name) in _OURS:
            return _OURS[module, name]
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name}")


def _name(digest: str, ending: str = "snapshot") -> str:
    """A name that changes with the law and with the code that reads it."""
    return f"law-{digest[:32]}-{cache.code_digest()[:16]}.{ending}"
