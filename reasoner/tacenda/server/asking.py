"""One query from the desk or from a client: the scenarios it is about are proved, then a process answers it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tacenda.errors import Problem
from tacenda.server.answering import Answer, Job
from tacenda.server.shelf import Shelf
from tacenda.server.workers import RETRY, Workers


async def answer(shelf: Shelf, workers: Workers, job: Job, *, of_others: bool = False) -> Answer:
    """The answer to a query. For pages *of others*, only the scenarios that come with tacenda are there.

    A proof that takes too long is not left out of the answer: then there is none yet.
    """
    meant = shelf.meant(job, of_others=of_others)
    proofs = [asyncio.wrap_future(shelf.hurry(held, len(meant))) for held in meant if not held.proof.done()]
    if proofs:
        for proof in proofs:
            # a scenario that was forgotten meanwhile, or that has no proof, has no graphs either
            proof.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        _, waiting = await asyncio.wait(proofs, timeout=workers.seconds)
        if waiting:
            message = f"{len(waiting)} of {len(meant)} scenarios are still being proved"
            return Answer(problems=(Problem(message, "server", f"try again in {RETRY} seconds"),), status=503)
    names = tuple(held.path.stem for held in meant)
    return await workers.answer(replace(job, scenarios=names, is_strict=of_others))
