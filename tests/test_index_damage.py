"""What happens to files and processes: each damage is a sentence or a new index, never a silent wrong answer."""

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from retrieval.catalogue import Catalogue
from retrieval.errors import Stale
from retrieval.index.building import build_index
from retrieval.index.chroma_collection import Collection
from retrieval.index.files import in_use, read_made_of, write_made_of
from retrieval.index.indexing import ready_index
from retrieval.index.opening import is_current, open_index
from retrieval.index.ownership import Held
from retrieval.items import Item, described
from retrieval.settings import Settings
from retrieval.space.embedding import Hashing
from retrieval.space.item_vectors import embedded

# enough that Chroma writes the vectors to files of their own
CATALOGUE = Catalogue.of(
    Item(str(number), f"Film {number}", text=" ".join(f"word{(number * step) % 997}" for step in range(1, 9)))
    for number in range(1200)
)
EMBEDDER = Hashing()
ROOT = Path(__file__).parent.parent


def settings_in(home):
    return Settings(home=home, embedder="hashing:")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    home = tmp_path_factory.mktemp("built")
    build_index(CATALOGUE, "hashing:", settings_in(home).vectors, embedded(CATALOGUE, EMBEDDER))
    return home


@pytest.fixture
def home(built, tmp_path):
    return shutil.copytree(built, tmp_path / "home")


def version(home):
    return in_use(settings_in(home).vectors)


def overwrite(path, at=0, length=4096):
    whole = bytearray(path.read_bytes())
    whole[at : at + length] = np.random.default_rng(0).bytes(min(length, len(whole) - at))
    path.write_bytes(whole)


def flip(path, at):
    """One bit, as a disk does it: the file looks unchanged."""
    before = path.stat()
    whole = bytearray(path.read_bytes())
    whole[at] ^= 4
    path.write_bytes(whole)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def the(version, name):
    return next(version.glob(f"*-*/{name}"))


DAMAGES = {
    "the folder of the vectors is gone": lambda at: [shutil.rmtree(path) for path in at.glob("*-*")],
    "the names of the vectors are gone": lambda at: the(at, "index_metadata.pickle").unlink(),
    "the header is cut": lambda at: os.truncate(the(at, "header.bin"), 50),
    "a bit of a vector is flipped": lambda at: flip(the(at, "data_level0.bin"), 500_000),
    "a bit of the graph is flipped": lambda at: flip(the(at, "link_lists.bin"), 100),
    "the vectors are noise": lambda at: [overwrite(path) for path in at.glob("*-*/*.bin")],
    "the database begins with noise": lambda at: overwrite(at / "chroma.sqlite3"),
    "the database holds noise": lambda at: overwrite(at / "chroma.sqlite3", 4096),
    "the database is cut": lambda at: os.truncate(at / "chroma.sqlite3", 8192),
    "the database is empty": lambda at: (at / "chroma.sqlite3").write_bytes(b""),
    "the database is gone": lambda at: (at / "chroma.sqlite3").unlink(),
    "nothing says what it was made of": lambda at: (at / "made_of.json").unlink(),
    "an empty object says what it was made of": lambda at: (at / "made_of.json").write_text("{}"),
    "a list says what it was made of": lambda at: (at / "made_of.json").write_text("[]"),
    "the seal is gone": lambda at: (at / "manifest.json").unlink(),
    "the pointer is noise": lambda at: (at.parent / "current").write_bytes(b"\xff\x00\xfe"),
    "the pointer is empty": lambda at: (at.parent / "current").write_bytes(b""),
    "the pointer leads elsewhere": lambda at: (at.parent / "current").write_text("../../.."),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_index_is_one_sentence(home, damage):
    damage(version(home))
    with pytest.raises(Stale, match=r"^[^\n]+; run penchant index$"):
        open_index(CATALOGUE, EMBEDDER, settings_in(home))
    assert not is_current(CATALOGUE, settings_in(home))


def test_a_damaged_index_is_built_anew_at_the_start(home, capsys):
    flip(the(version(home), "data_level0.bin"), 500_000)
    with ready_index(CATALOGUE, EMBEDDER, settings_in(home)) as index:
        assert index.nearest(EMBEDDER.documents([described(CATALOGUE["7"])])[0], 1) == ["7"]
        assert index.found(EMBEDDER.queries(["word3 word6"])[0], 5).by == "chroma"
    assert "data_level0.bin has other contents than it had); building it anew." in capsys.readouterr().err


def sealed_again(version):
    """As if it had been written so: the seal holds, and only what is found in it can tell."""
    write_made_of(version, read_made_of(version))
    (version / "passed.json").unlink()


@pytest.mark.parametrize("name", ["data_level0.bin", "header.bin", "length.bin", "index_metadata.pickle"])
def test_what_would_end_the_process_ends_only_the_one_that_looks(home, name):
    overwrite(the(version(home), name))
    sealed_again(version(home))
    with pytest.raises(Stale, match=r"^[^\n]+; run penchant index$"):
        open_index(CATALOGUE, EMBEDDER, settings_in(home))


def test_a_signal_that_ends_the_process_that_looks_is_named(home):
    # links to items that there are not lead out of the memory of the graph
    file = the(version(home), "data_level0.bin")
    whole = np.fromfile(file, dtype=np.uint32).reshape(1200, -1)
    whole[:, 1:40] = 0x7FFFFFF0
    whole.tofile(file)
    sealed_again(version(home))
    with pytest.raises(Stale, match=r"ended the process that read it \(SIG(SEGV|BUS|ABRT)\); run penchant index"):
        open_index(CATALOGUE, EMBEDDER, settings_in(home))


def written_behind_its_back(version, write):
    with Collection(version) as collection:
        write(collection)


FOREIGN = {
    "other vectors under the same ids": lambda one: one.write(
        CATALOGUE.ids, one.vectors(CATALOGUE.ids)[:, ::-1].copy()
    ),
    "another vector of one item": lambda one: one.write(["7"], one.vectors(["8"])),
    "an item more": lambda one: one.write(["stranger"], one.vectors(["8"])),
    "an item less": lambda one: one.remove(["7"]),
    "an item by another name": lambda one: (one.write(["stranger"], one.vectors(["7"])), one.remove(["7"])),
}


@pytest.mark.parametrize("write", FOREIGN.values(), ids=FOREIGN)
def test_what_another_program_wrote_is_noticed(home, write):
    written_behind_its_back(version(home), write)
    with pytest.raises(Stale, match=r"^[^\n]+; run penchant index$"):
        open_index(CATALOGUE, EMBEDDER, settings_in(home))


STARTED = """
import sys, time
from retrieval.errors import Problem
sys.path.insert(0, {tests!r})
from test_index_damage import *
settings = settings_in(Path({home!r}))
"""


@contextmanager
def process(home, code, **more):
    """Another Python process that has what this module has, killed at the end."""
    code = STARTED.format(tests=str(ROOT / "tests"), home=str(home)) + code
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT, **more
    ) as other:
        try:
            yield other
        finally:
            other.kill()


HOLDS = """
index = open_index(CATALOGUE, EMBEDDER, settings)
print("open", flush=True)
time.sleep(100)
"""


def test_the_second_process_is_told_who_has_the_index_and_a_dead_one_has_nothing(home):
    with process(home, HOLDS) as other:
        assert other.stdout.readline() == "open\n"
        with pytest.raises(Held, match=rf"is in use by process {other.pid} \(.+\) since 20\d\d-.*; stop it, "):
            open_index(CATALOGUE, EMBEDDER, settings_in(home))
        os.kill(other.pid, signal.SIGKILL)
    note = version(home) / "owner.json"
    note.write_text(json.dumps(json.loads(note.read_text()) | {"pid": os.getppid()}))  # its number is somebody's by now
    index = open_index(CATALOGUE, EMBEDDER, settings_in(home))
    again = open_index(CATALOGUE, EMBEDDER, settings_in(home))
    index.close()
    assert again.found(EMBEDDER.queries(["word3 word6"])[0], 5).by == "chroma"
    again.close()


SCRIPT = """
from pathlib import Path
from retrieval.index.checks import trust
from retrieval.index.files import in_use, read_made_of

version = in_use(Path("index"))
trust(version, read_made_of(version))
print("trusted")
"""


def test_a_script_without_a_main_part_may_have_the_index_checked(home):
    (version(home) / "passed.json").unlink()
    (home / "script.py").write_text(SCRIPT)
    here = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=home, env=here, capture_output=True, text=True, check=False
    )
    assert done.stdout == "trusted\n", done.stderr


IS_KILLED = """
def batches():
    for batch in embedded(CATALOGUE, EMBEDDER):
        yield batch
    print("written", flush=True)
    time.sleep(100)

import retrieval.index.building as building
building.PORTION, building.LEAST = 300, 100
build_index(CATALOGUE, "hashing:", settings.vectors, batches())
"""


def test_a_build_that_is_killed_leaves_the_old_index_and_nothing_in_the_way(home):
    before = version(home)
    with process(home, IS_KILLED) as other:
        assert other.stdout.readline() == "written\n"
        with pytest.raises(Held, match=rf"process {other.pid} .*; it is building the index: wait for it, or stop it"):
            build_index(CATALOGUE, "hashing:", settings_in(home).vectors, embedded(CATALOGUE, EMBEDDER))
        os.kill(other.pid, signal.SIGKILL)
    assert list(settings_in(home).vectors.glob("*.building/chroma.sqlite3"))
    assert is_current(CATALOGUE, settings_in(home))
    assert version(home) == before
    build_index(CATALOGUE, "hashing:", settings_in(home).vectors, embedded(CATALOGUE, EMBEDDER))
    assert not list(settings_in(home).vectors.glob("*.building"))


HAS_A_SMALL_DISK = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
try:
    build_index(CATALOGUE, "hashing:", settings.vectors, embedded(CATALOGUE, EMBEDDER))
except (Problem, Stale) as error:
    print(error)
"""


@pytest.mark.parametrize("limit", [100_000, 600_000])
def test_a_disk_that_is_full_in_mid_build_is_a_sentence_and_the_old_index_serves(home, limit):
    before = version(home)
    with process(home, HAS_A_SMALL_DISK.format(limit=limit), stderr=subprocess.PIPE) as other:
        said, wrong = other.communicate(timeout=100)
    assert other.returncode == 0, wrong
    assert said.startswith("no new index was made, the old one is kept: "), said
    assert said.count("\n") == 1
    assert version(home) == before
    assert is_current(CATALOGUE, settings_in(home))
    assert not list(settings_in(home).vectors.glob("*.building"))  # the disk has room again
