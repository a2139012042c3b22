"""What was made and serves goes on serving until what follows it is whole and on the disk."""

import os

import pytest

from retrieval import shelf
from retrieval.manifest import damage, seal
from retrieval.shelf import serving, shelve

SOURCE = ("learned", "as the data")


def writing(text):
    def write(folder):
        (folder / "deep").mkdir()
        (folder / "deep" / "weights").write_text(text)
        (folder / "about.json").write_text(f'"{text}"')

    return write


def put(models, text, pointer="model"):
    return shelve(models, pointer, *SOURCE, writing(text))


def test_what_is_put_there_serves_and_what_was_before_is_gone(tmp_path):
    put(tmp_path, "one", "other")
    put(tmp_path, "one")
    home = put(tmp_path, "two")
    assert serving(tmp_path, "model") == home
    assert (home / "deep" / "weights").read_text() == "two"
    assert damage(home, thoroughly=True) is None
    assert (serving(tmp_path, "other") / "deep" / "weights").read_text() == "one"
    assert len([one for one in tmp_path.iterdir() if one.is_dir()]) == 2
    assert serving(tmp_path, "nothing") is None


STEPS = [("seal", shelf), ("contents", shelf), ("to_disk", shelf), ("replace", os)]


@pytest.mark.parametrize("times", range(8))
@pytest.mark.parametrize(("step", "where"), STEPS)
def test_who_is_interrupted_at_any_step_leaves_one_serving_and_the_next_one_tidies_up(
    tmp_path, monkeypatch, step, where, times
):
    home, calls, does = put(tmp_path, "one"), [], getattr(where, step)

    def cut(*given):
        if len(calls) == times:
            raise KeyboardInterrupt
        calls.append(given)
        return does(*given)

    with monkeypatch.context() as patched:
        patched.setattr(where, step, cut)
        try:
            put(tmp_path, "two")
            cut_off = False
        except KeyboardInterrupt:
            cut_off = True
    now = serving(tmp_path, "model")
    assert damage(now, thoroughly=True) is None
    assert cut_off or now != home
    assert put(tmp_path, "three") == serving(tmp_path, "model")
    assert len([one for one in tmp_path.iterdir() if one.is_dir()]) == 1


def test_the_same_again_is_never_taken_away_in_between_and_is_mended_where_it_is_damaged(tmp_path, monkeypatch):
    home = put(tmp_path, "one")
    file = os.stat(home / "deep" / "weights").st_ino
    assert put(tmp_path, "one") == home
    assert os.stat(home / "deep" / "weights").st_ino == file
    (home / "deep" / "weights").write_text("bad")
    assert damage(home)
    assert put(tmp_path, "one") == home
    assert damage(home, thoroughly=True) is None


def test_all_of_it_is_on_the_disk_before_the_pointer_names_it(tmp_path, monkeypatch):
    put(tmp_path, "one")
    order, replace, to_disk = [], os.replace, shelf.to_disk

    def replaced(old, new):
        order.append(("moved", os.path.basename(new)))
        replace(old, new)

    def written(path):
        order.append(("written", path.name))
        to_disk(path)

    monkeypatch.setattr(os, "replace", replaced)
    monkeypatch.setattr(shelf, "to_disk", written)
    home = put(tmp_path, "two")
    before = order[: order.index(("moved", "model"))]
    moved = before.index(("moved", home.name))
    assert {name for kind, name in before[:moved] if kind == "written"} >= {
        "weights",
        "deep",
        "about.json",
        "manifest.json",
    }
    assert [name for kind, name in before[moved:] if kind == "written"] == ["model.new", tmp_path.name]
    assert order[-1] == ("written", tmp_path.name)


def test_a_folder_that_was_copied_is_checked_where_nothing_can_be_written(tmp_path, monkeypatch):
    home = put(tmp_path, "one")
    os.utime(home / "about.json", (1, 1))

    def read_only(*_):
        raise PermissionError

    monkeypatch.setattr("retrieval.manifest._save", read_only)
    assert damage(home) is None
    with pytest.raises(PermissionError):
        seal(home, *SOURCE)
