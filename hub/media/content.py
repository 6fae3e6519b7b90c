"""What a file is, by its bytes. Pure.

Nobody's word is taken for it: a page of HTML that calls itself a picture is served as bytes of no kind. Only kinds that
a browser shows without running anything bear their name.
"""

import puremagic

PLAIN = "application/octet-stream"
"""Bytes of which nothing is known, or nothing good."""

KINDS: dict[str, str] = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "audio/mp4": ".m4a",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "video/quicktime": ".mov",
    "application/pdf": ".pdf",
    "text/vcard": ".vcf",
    "application/zip": ".zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
}
"""The kinds that bear their name, with the ending of a file that has none. No SVG and no HTML: both run scripts."""

_ALIKE = {"audio/x-opus+ogg": "audio/ogg", "audio/x-m4a": "audio/mp4", "video/3gpp2": "video/3gpp"}
_BY_ENDING = {".amr": "audio/amr", ".vcf": "text/vcard", ".zip": "application/zip", ".m4a": "audio/mp4"}
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_LOOKED_AT = 4096


def kind_of(body: bytes, *, said: str = "") -> str:
    """The content type by the first bytes. Where they leave several open, what was ``said`` decides."""
    try:
        matches = puremagic.magic_string(body[:_LOOKED_AT])
    except (puremagic.PureError, ValueError):
        return PLAIN
    found = [kind for match in matches if (kind := _kind(match.mime_type, match.extension)) in KINDS]
    said = said.partition(";")[0].strip().lower()
    said = _ALIKE.get(said, said)
    if not found or _is_markup(body):
        return PLAIN
    if found[0].startswith(_OPEN_XML) and said not in found:
        return "application/zip"
    return said if said in found else found[0]


def ending(kind: str) -> str:
    """How the name of such a file ends."""
    return KINDS.get(kind, ".bin")


def _kind(mime_type: str, extension: str) -> str:
    return _ALIKE.get(mime_type, mime_type) or _BY_ENDING.get(extension, "")


def _is_markup(body: bytes) -> bool:
    return body[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf\x00\t\n\r ").startswith(b"<")
