"""Pictures of items: seen by a model made for it, fetched with care, and never in the way of an item."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from tiny_clip import save_tiny_clip

from retrieval.errors import Problem
from retrieval.items import Item
from retrieval.settings import Settings
from retrieval.space import images
from retrieval.space.embedding import Hashing, open_picture_model
from retrieval.space.images import NoPicture, content, fetched, opened
from retrieval.space.item_vectors import Space
from retrieval.space.pictures import Pictures
from retrieval.space.vector_cache import VectorCache

CLASSES, EACH = 5, 12


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    folder = save_tiny_clip(tmp_path_factory.mktemp("models"))
    return open_picture_model(f"clip:{folder}", Settings(threads=1))


@pytest.fixture
def folder(tmp_path):
    """Five kinds of stripes, each in noise of its own."""
    made = tmp_path / "pictures"
    made.mkdir()
    for kind in range(CLASSES):
        for number in range(EACH):
            drawn(kind, number).save(made / f"{kind}-{number}.png")
    return made


def drawn(kind, number):
    dice = np.random.default_rng(100 * kind + number)
    colours = np.array([[220, 40, 40], [40, 200, 60], [50, 60, 220], [220, 210, 50], [200, 60, 200]])
    along = (np.arange(48) // (3 + kind) % 2).astype(float)
    stripes = along[:, None] * np.ones(48) if kind % 2 else np.ones((48, 1)) * along
    pixels = stripes[..., None] * colours[kind] + dice.normal(40, 40, (48, 48, 3))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def pictured():
    """Items about which nothing is known but the picture."""
    return [
        Item(f"{kind}-{number}", "", image=f"{kind}-{number}.png") for kind in range(CLASSES) for number in range(EACH)
    ]


def pictures(embedder, tmp_path, **how):
    return Pictures(embedder, VectorCache(tmp_path / "cache.sqlite"), **how)


def of_the_same_kind(vectors, kinds, n=10):
    """The share of the n nearest others that are of the same kind."""
    near = vectors @ vectors.T
    np.fill_diagonal(near, -np.inf)
    nearest = np.argsort(-near, axis=1)[:, :n]
    return float((kinds[nearest] == kinds[:, None]).mean())


def test_without_any_text_those_are_near_that_look_alike(clip, folder, tmp_path):
    space = Space(Hashing(), pictures=pictures(clip, tmp_path, folder=folder))
    vectors = space.items(pictured())
    kinds = np.repeat(np.arange(CLASSES), EACH)
    dice = np.random.default_rng(0)
    chance = (EACH - 1) / (CLASSES * EACH - 1)
    shuffled = [of_the_same_kind(vectors, dice.permutation(kinds)) for _ in range(20)]
    assert max(shuffled) < 2 * chance
    assert of_the_same_kind(vectors, kinds) > max(0.6, 1.5 * max(shuffled))


def test_words_and_pictures_are_vectors_of_length_one_in_one_space(clip):
    seen, asked = clip.pictures([drawn(0, 0), drawn(1, 0)]), clip.queries(["red stripes", "", "a" * 500])
    assert seen.shape[1] == asked.shape[1]
    assert np.linalg.norm(seen, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(asked, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_question_that_looks_like_an_address_is_read_and_not_fetched(clip, folder):
    with serving(b"", 500) as (address, asked):
        clip.queries([f"{address}/a.png", str(folder / "0-0.png")])
        clip.documents([f"{address}/a.png"])
    assert asked == []
    as_words, as_picture = clip.queries([str(folder / "0-0.png")]), clip.pictures([drawn(0, 0)])
    assert as_words @ as_picture.T < 0.99


def test_a_missing_or_broken_picture_blocks_nothing_and_is_told(folder, tmp_path):
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    (tmp_path / "outside.png").write_bytes((folder / "0-0.png").read_bytes())
    names = [
        "0-0.png",
        "",
        "gone.png",
        "broken.png",
        "../outside.png",
        "file:///etc/passwd",
        "http://127.0.0.1:1/a.png",
    ]
    items = [Item(str(number), "Film", image=image) for number, image in enumerate(names)]
    seeing = pictures(Hashing(), tmp_path, folder=folder)
    vectors = Space(Hashing(), pictures=seeing).items(items)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert [bool(row[Hashing().width :].any()) for row in vectors] == [True, *[False] * 6]
    assert set(seeing.failed) == {"2", "3", "4", "5", "6"}
    told = seeing.told()
    assert "5 images could not be used" in told
    assert f"the one of item 2 is no file in {folder}" in told
    assert "and 2 more" in told


def test_a_picture_is_looked_at_once(folder, tmp_path):
    seen = []

    class Counting(Hashing):
        def pictures(self, images):
            seen.append(len(images))
            return super().pictures(images)

    first = pictures(Counting(), tmp_path, folder=folder).vectors(pictured())
    (folder / "0-0.png").write_bytes((folder / "4-1.png").read_bytes())  # one that is known by its bytes already
    drawn(0, 999).save(folder / "1-0.png")
    second = pictures(Counting(), tmp_path, folder=folder).vectors(pictured())
    assert seen == [CLASSES * EACH, 1]
    assert (second[2:12] == first[2:12]).all()
    assert (second[0] == first[4 * EACH + 1]).all()


def test_a_picture_at_an_address_is_fetched_once(tmp_path):
    with serving(png()) as (address, asked):
        item = Item("1", "Film", image=f"{address}/a.png")
        for _ in range(2):
            seeing = pictures(Hashing(), tmp_path, private=True)
            assert seeing.vectors([item]).any()
            assert seeing.failed == {}
    assert asked == ["/a.png"]


def png():
    file = BytesIO()
    drawn(0, 0).save(file, "PNG")
    return file.getvalue()


@contextmanager
def serving(body, status=200, headers=()):
    """An address on this machine, and the list of what it was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def test_private_addresses_are_not_asked_unless_allowed():
    with serving(b"secret") as (address, asked):
        for private in (
            address,
            address.replace("127.0.0.1", "localhost"),
            address.replace("127.0.0.1", "[::ffff:127.0.0.1]"),
        ):
            with pytest.raises(NoPicture):
                fetched(private)
        assert asked == []
        assert fetched(address, private=True) == b"secret"


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_a_redirection_leads_to_no_file(to):
    with (
        serving(b"", 302, [("Location", to)]) as (address, _),
        pytest.raises(NoPicture, match="cannot be had"),
    ):
        fetched(address, private=True)


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "ftp://example.org/a.png", "data:image/png;base64,AAAA", "http://", "http://[x"]
)
def test_only_the_web_is_asked(address):
    with pytest.raises(NoPicture):
        fetched(address)


def test_what_is_too_large_or_absent_is_said(monkeypatch):
    monkeypatch.setattr(images, "BYTES", 1000)
    with serving(b"x" * 5000) as (address, _), pytest.raises(NoPicture, match="has more than 1,000 bytes"):
        fetched(address, private=True)
    with serving(b"", 404) as (address, _), pytest.raises(NoPicture, match="HTTP status 404"):
        fetched(address, private=True)


def test_a_link_that_leads_to_itself_is_no_picture(folder):
    (folder / "loop.png").symlink_to("loop.png")
    with pytest.raises(NoPicture, match=r"leads to itself|is no file|cannot be read"):
        content("loop.png", folder)


def test_a_file_without_a_folder_or_outside_it_is_no_picture(folder, tmp_path):
    with pytest.raises(NoPicture, match="no folder of pictures is set"):
        content("a.png", None)
    (folder / "link.png").symlink_to("/etc/passwd")
    for outside in ("/etc/passwd", "../../etc/passwd", "link.png"):
        with pytest.raises(NoPicture, match="outside the folder"):
            content(outside, folder)
    with pytest.raises(NoPicture, match="is no file"):
        content("", folder)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK", "I;16"])
def test_a_picture_of_any_kind_becomes_red_green_and_blue(mode):
    file = BytesIO()
    image = drawn(0, 0).convert("L").convert(mode) if mode == "I;16" else drawn(0, 0).convert(mode)
    image.resize((900, 30)).save(file, "JPEG" if mode == "CMYK" else "PNG")
    seen = opened(file.getvalue())
    assert (seen.mode, seen.size) == ("RGB", (384, 13))


def test_what_is_no_picture_is_named():
    for data in (b"", b"GIF89a", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", png()[:200]):
        with pytest.raises(NoPicture, match="is no picture that can be read"):
            opened(data)


def test_a_picture_of_too_many_pixels_is_not_unpacked():
    file = BytesIO()
    Image.new("1", (9000, 9000)).save(file, "PNG")
    with pytest.raises(NoPicture, match="9,000 x 9,000 pixels"):
        opened(file.getvalue())


def test_a_folder_that_is_none_is_named(tmp_path):
    with pytest.raises(Problem, match="which is no folder"):
        pictures(Hashing(), tmp_path, folder=tmp_path / "nowhere")


def test_an_unknown_model_of_pictures_is_named():
    with pytest.raises(Problem, match="model of images is 'vgg:'; it must be clip:NAME"):
        open_picture_model("vgg:", Settings())
