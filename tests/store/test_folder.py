"""Folders of results: nobody's files are lost, whoever writes what, when and from where."""

import json
import os
from pathlib import Path

import pytest

from simnet import process, store
from simnet.store import seal as seals
from simnet.store.folder import place, whole
from simnet.unfinished import name_for

DEAD = f"{2**22 + 7}-0-{process.me().split('-', 2)[2]}"
"""a process of this machine that is no more: Linux gives no such number"""


def put(out, text="1", name="", manifest=store.MANIFEST):
    """Write a small folder of results; returns its place."""
    where = place(out, name, manifest)
    with whole(where) as part:
        (part / "tables").mkdir()
        (part / "tables" / "figures.txt").write_text(text, encoding="utf-8")
        seals.seal(part, manifest, {"scenario": {}, "written": os.urandom(4).hex()})
    return where


def figure(folder):
    return (folder / "tables" / "figures.txt").read_text(encoding="utf-8")


def hidden(folder):
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def test_what_is_not_ours_stays(tmp_path):
    out = tmp_path / "today"
    put(out)
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    (out / "tables" / "more").mkdir()
    (out / "tables" / "more" / "thesis.docx").write_bytes(b"mine")
    (out / "link").symlink_to("notes.txt")
    put(out, "2")
    assert figure(out) == "2"
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (out / "tables" / "more" / "thesis.docx").read_bytes() == b"mine"
    assert (out / "link").readlink() == Path("notes.txt")
    assert hidden(tmp_path) == []


def test_a_note_that_has_the_name_of_a_new_file_stays_beside_it(tmp_path):
    out = tmp_path / "today"
    put(out)
    (out / "waits.txt").write_text("mine", encoding="utf-8")
    where = place(out, "")
    with whole(where) as part:
        (part / "waits.txt").write_text("ours", encoding="utf-8")
        seals.seal(part, store.MANIFEST, {"scenario": {}})
    assert (out / "waits.txt").read_text(encoding="utf-8") == "ours"
    assert (out / "waits.txt-2").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("manifest", "text"),
    [
        ("manifest.json", '{"name": "web app", "icons": []}'),
        ("manifest.json", "{"),
        ("manifest.json", "[]"),
        ("manifest.json", '{"scenario": {}, "seed": 1}'),  # of an older simnet
        ("sweep.json", '{"question": {}}'),
        ("comparison.json", '{"comparison": {}}'),
        ("other.txt", "thesis"),
    ],
)
def test_what_only_looks_like_ours_is_refused(tmp_path, manifest, text):
    (tmp_path / manifest).write_text(text, encoding="utf-8")
    kind = manifest if manifest in seals.KINDS else store.MANIFEST
    with pytest.raises(store.StoreError, match="give another --out"):
        place(tmp_path, "", kind)
    assert (tmp_path / manifest).read_text(encoding="utf-8") == text


def test_results_of_another_kind_or_edited_are_refused(tmp_path):
    out = tmp_path / "today"
    put(out)
    with pytest.raises(store.StoreError, match="no simnet sweep"):
        place(out, "", store.SWEEP)
    (out / "tables" / "figures.txt").write_text("edited", encoding="utf-8")
    with pytest.raises(store.StoreError, match="not as simnet wrote it"):
        place(out, "")
    (out / "tables" / "figures.txt").unlink()
    put(out, "2")  # what is gone is no loss
    os.mkfifo(out / "pipe")
    with pytest.raises(store.StoreError, match="no plain file"):
        place(out, "")


def test_from_inside_and_by_a_link(tmp_path, monkeypatch):
    out = tmp_path / "today"
    put(out)
    (tmp_path / "link").symlink_to("today")
    put(tmp_path / "link", "2")
    assert (tmp_path / "link").is_symlink()
    assert figure(out) == "2"
    monkeypatch.chdir(out)
    where = put(Path("../today"), "3")
    monkeypatch.chdir(tmp_path)
    assert figure(out) == "3"
    assert "you stand in was replaced" in where.note
    assert hidden(tmp_path) == []
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(store.StoreError, match="give another --out"):
        place(tmp_path / "loop", "")


def test_a_folder_that_cannot_be_replaced_stays_and_the_new_one_is_kept(tmp_path, monkeypatch):
    """The second renaming fails, once."""
    out = tmp_path / "today"
    put(out)
    sound, broken = Path.rename, []

    def rename(self, target):
        if ".part-" in self.name and not broken:
            broken.append(self)
            raise OSError(16, "Device or resource busy")
        return sound(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    where = put(out, "2")
    assert figure(out) == "1"
    assert where.folder == tmp_path / "today-2"
    assert figure(where.folder) == "2"
    assert "Device or resource busy" in where.note
    assert hidden(tmp_path) == []


def test_two_that_write_the_same_folder_lose_nothing(tmp_path):
    out = tmp_path / "today"
    slow = place(out, "")
    put(out, "quick")
    with whole(slow) as part:
        (part / "tables").mkdir()
        (part / "tables" / "figures.txt").write_text("slow", encoding="utf-8")
        seals.seal(part, store.MANIFEST, {"scenario": {}})
    assert (figure(out), figure(tmp_path / "today-2")) == ("quick", "slow")
    assert slow.folder == tmp_path / "today-2"
    assert "meanwhile" in slow.note


def test_what_a_kill_left_is_cleared_and_what_it_hid_is_back(tmp_path):
    out = tmp_path / "today"
    put(out)
    out.rename(tmp_path / f".today.old-{DEAD}")
    for crumb in ("part", "gone"):
        (tmp_path / f".today.{crumb}-{DEAD}").mkdir()
    living = name_for(out)
    living.mkdir()
    where = place(out, "")
    assert figure(out) == "1"
    assert "there again" in where.note
    assert hidden(tmp_path) == [living.name]
    out.rename(tmp_path / f".today.old-{DEAD}")
    put(out, "2")
    assert figure(out) == "2"
    out.rename(tmp_path / f".today.old-{DEAD}")
    put(tmp_path / "other")
    with pytest.raises(store.ReadError, match="its scenario cannot be read"):
        store.read(out)  # who reads looks for it too
    assert figure(out) == "2"


def test_a_folder_nobody_chose_is_replaced_by_the_same_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert put(None, "1", "net").folder == Path("results/net")
    again = put(None, "1", "net")
    assert (again.folder, again.note) == (Path("results/net"), "")
    other = put(None, "2", "net")
    assert other.folder == Path("results/net-2")
    assert "results/net stays" in other.note
    assert put(None, "2", "net").folder == Path("results/net-2")
    assert put(None, "3", "net").folder == Path("results/net-3")
    assert [figure(Path(f"results/net{n}")) for n in ("", "-2", "-3")] == ["1", "2", "3"]
    (tmp_path / "results" / "mine").mkdir()
    (tmp_path / "results" / "mine" / "notes.txt").write_text("mine", encoding="utf-8")
    assert put(None, "1", "mine").folder == Path("results/mine-2")


def test_names_of_results():
    assert store.name_of(Path("configs/appliance-china.yaml")) == "appliance-china"
    assert store.name_of(Path("/a/mynet/scenario.yaml")) == "mynet-scenario"
    assert store.name_of(Path("/a/ev/experiment.yaml")) == "ev-experiment"
    assert store.name_of(Path("/scenario.yaml")) == "scenario"
    assert store.name_of(Path("..yaml")) != ""


def test_formats(tmp_path):
    put(tmp_path / "run")
    file = tmp_path / "run" / "manifest.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    del document["digest"]
    newer = document | {"format": seals.FORMAT + 1}
    file.write_text(json.dumps(newer | {"digest": seals.digest(newer)}), encoding="utf-8")
    with pytest.raises(store.ReadError, match=r"format 2 of a newer simnet, .* reads 1"):
        store.read(tmp_path / "run")
    older = {name: value for name, value in document.items() if name not in ("format", "files")}
    file.write_text(json.dumps(older), encoding="utf-8")
    with pytest.raises(store.ReadError, match="an older simnet"):
        store.read(tmp_path / "run")
