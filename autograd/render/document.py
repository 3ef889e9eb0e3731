"""An HTML document that loads nothing, and whose policy lets in only its own script and styles."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from autograd.render.words import escape


def document_page(
    title: str,
    lang: str,
    body: str,
    script: str = "",
    styles: Sequence[str] = ("",),
    images: bool = False,
) -> str:
    """An HTML document whose policy allows only ``script`` and ``styles``, and its own images.

    The first of ``styles`` goes into the head, the others stand in ``body``.
    """
    sheets = " ".join(f"'{_hash(style)}'" for style in styles)
    allowed = f"script-src '{_hash(script)}'; " if script else ""
    allowed += "img-src data:; " if images else ""
    policy = f"default-src 'none'; {allowed}style-src {sheets}; base-uri 'none'; form-action 'none'"
    run = f"<script>{script}</script>\n" if script else ""
    return f"""<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{styles[0]}</style>
</head>
<body>
{body}
{run}</body>
</html>
"""


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
