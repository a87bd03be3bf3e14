"""What an author of a pack does next, told after what was asked for."""

from __future__ import annotations

import sys
from pathlib import Path


def tell(pack: Path) -> None:
    """The next step for the pack in a folder, on stderr; its law tests are those in `tests/law` beside `kb`."""
    from tacenda.knowledge import KnowledgeBase
    from tacenda.survey import next_steps

    tests = pack.parents[1] / "tests" / "law"
    steps = list(next_steps(KnowledgeBase.open(pack.name, folders=[pack.parent]), pack.name, tests))
    if steps:
        more = f" · {len(steps) - 1} more: tacenda packs {pack.name} --next" if len(steps) > 1 else ""
        print(f"next: {steps[0]}{more}", file=sys.stderr)
