"""A site behind a reverse proxy, by environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ASK = """
import json
from studyapp import settings as s
print(json.dumps([s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0,
    bool(s.SECURE_PROXY_SSL_HEADER), s.ALLAUTH_TRUSTED_PROXY_COUNT]))
"""


def told(tmp_path: Path, **environment: str) -> list[object]:
    asked = {**os.environ, "STUDYAPP_DATA_DIR": str(tmp_path), **environment}
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=asked, capture_output=True, text=True, check=True
    )
    found: list[object] = json.loads(done.stdout)
    return found


def test_no_proxy_is_believed_and_http_will_do_unless_it_is_said(tmp_path: Path) -> None:
    assert told(tmp_path) == [False, False, False, False, 0]
    behind = told(tmp_path, STUDYAPP_HTTPS="1", STUDYAPP_PROXIES="1")
    assert behind == [True, True, True, True, 1]
