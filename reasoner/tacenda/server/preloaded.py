"""Imported by the process from which those that answer queries are forked: it opens the law before they are there."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tacenda.server.answering import preload

FOLDERS = "TACENDA_SERVER_FOLDERS"
"""The variable in which that process finds the folders of further packs; without it, nothing is opened."""

if FOLDERS in os.environ:
    preload(tuple(map(Path, json.loads(os.environ[FOLDERS]))))
