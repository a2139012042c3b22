"""The picture of an item, opened: a file of one folder, or an address of the public web."""

from __future__ import annotations

import ipaddress
import ssl
import time
import urllib.error
import urllib.request
import warnings
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from retrieval.errors import Problem

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")  # none that runs a program, as PostScript does
BYTES = 10_000_000  # a file may have
PIXELS = 50_000_000  # a picture may have
SIDE = 384  # pixels kept: a model looks at less
PATIENCE = 5.0  # seconds for an answer, and twice that for all of it
BLOCK = 1 << 16


class NoPicture(Problem):
    """Why an item has no picture, in words that follow its id."""


def is_address(image: str) -> bool:
    """Whether the image is somewhere on the web."""
    return "://" in image


def content(image: str, folder: Path | None, private: bool = False) -> bytes:
    """The bytes of an item's image: of a file inside `folder`, or from an http address, of the public web unless
    `private` networks are allowed. Raises NoPicture."""
    if is_address(image):
        return fetched(image, private)
    if folder is None:
        raise NoPicture("is a file, and no folder of pictures is set")
    try:
        path = (folder / image).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise NoPicture("lies outside the folder of pictures")
        if not path.is_file():
            raise NoPicture(f"is no file in {folder}")
        if path.stat().st_size > BYTES:
            raise NoPicture(f"has more than {BYTES:,} bytes")
        return path.read_bytes()
    except RuntimeError as error:  # of resolve, before Python 3.13
        raise NoPicture("is a link that leads to itself") from error
    except OSError as error:
        raise NoPicture(f"cannot be read ({error.strerror})") from error


def opened(data: bytes) -> Image.Image:
    """The picture in these bytes, upright, in red, green and blue, no side longer than 384. Raises NoPicture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # whatever is odd in it, it is a picture or it is not
            with Image.open(BytesIO(data), formats=FORMATS) as image:
                if image.width * image.height > PIXELS:
                    raise NoPicture(f"has {image.width:,} x {image.height:,} pixels, which is too many")
                image.draft("RGB", (SIDE, SIDE))
                image.thumbnail((SIDE, SIDE))
                return ImageOps.exif_transpose(image).convert("RGB")
    except NoPicture:
        raise
    except Exception as error:  # the decoders raise many kinds for broken files
        raise NoPicture(f"is no picture that can be read ({type(error).__name__})") from error


def fetched(address: str, private: bool = False) -> bytes:
    """What lies at an http or https address, 10 MB at most. Raises NoPicture.

    Wherever a redirection leads, the far end must be a public address, so that an item cannot have this machine ask
    its neighbours. Proxies are not used.
    """
    opener = urllib.request.OpenerDirector()
    for handler in (
        _Http(private),
        _Https(private),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    until = time.monotonic() + 2 * PATIENCE
    found = bytearray()
    try:
        answer = opener.open(urllib.request.Request(address, headers={"User-Agent": "penchant"}), timeout=PATIENCE)  # noqa: S310 only the two handlers above
        if answer is None:
            raise NoPicture("is at no http or https address")
        with answer:
            while block := answer.read1(BLOCK):
                found += block
                if len(found) > BYTES:
                    raise NoPicture(f"has more than {BYTES:,} bytes")
                if time.monotonic() > until:
                    raise NoPicture(f"takes longer than {2 * PATIENCE:.0f} s to arrive")
    except urllib.error.HTTPError as error:
        error.close()
        raise NoPicture(f"cannot be had (HTTP status {error.code})") from error
    except (OSError, ValueError, HTTPException) as error:
        raise NoPicture(f"cannot be had ({getattr(error, 'reason', None) or error})") from error
    return bytes(found)


def _public(connection: HTTPConnection) -> None:
    """Raises NoPicture unless the far end, as it is now and not as a name server last said, is of the public web."""
    far = ipaddress.ip_address(connection.sock.getpeername()[0].split("%")[0])
    far = getattr(far, "ipv4_mapped", None) or far
    if not far.is_global or far.is_multicast:
        connection.close()
        raise NoPicture(f"is at {connection.host}, which is no public address")


class _HttpConnection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _public(self)


class _HttpsConnection(HTTPSConnection):
    def connect(self) -> None:
        HTTPConnection.connect(self)
        _public(self)  # before the first byte is said
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


class _Http(urllib.request.HTTPHandler):
    def __init__(self, private: bool) -> None:
        super().__init__()
        self.kind = HTTPConnection if private else _HttpConnection

    def http_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(self.kind, request)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, private: bool) -> None:
        super().__init__()
        self.kind = HTTPSConnection if private else _HttpsConnection

    def https_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(self.kind, request)
