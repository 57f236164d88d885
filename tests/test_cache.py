"""Decoded once: nothing is stale, nothing half done, nothing of anybody else's touched; damage is mended."""
import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Barrier, Thread
from types import SimpleNamespace

import numpy as np
import pytest
from filelock import FileLock
from PIL import Image

import cvlib
from conftest import picture
from cvlib.data import cache as cache_module
from cvlib.data import entries, parallel
from cvlib.data.cache import decoded, pixel_digests
from cvlib.data.preprocess import Preprocess

DAY = 24 * 3600


def entries_of(cache, kind):
    return sorted(path for path in (cache / entries.OWN).glob(f"{kind}-*") if path.suffix != ".lock")


@pytest.fixture
def pets(tree):
    return lambda split="test": cvlib.load_dataset(str(tree), split)


@pytest.fixture
def processes(monkeypatch):
    """Several processes for few pictures."""
    monkeypatch.setattr(parallel, "WORTH", 20)
    monkeypatch.setattr(parallel, "_cores", lambda: 2)


def test_decoded_pictures_are_centre_squares_resized_once(pets):
    dataset = pets()

    pixels = decoded(dataset, 32)
    first_time = os.stat(pixels.path).st_mtime_ns
    again = decoded(pets(), 32)

    assert pixels.shape == (10, 32, 32, 3)
    assert (pixels[3] == np.asarray(dataset.image(3))[:, 4:36]).all()
    assert os.stat(again.path).st_mtime_ns == first_time


def test_a_part_is_read_from_the_squares_of_the_whole(pets):
    train, val = pets("train"), pets("val")

    pixels = decoded(val, 32)

    assert pixels.path == decoded(train, 32).path
    assert (pixels[1] == np.asarray(val.image(1))[:, 4:36]).all()
    assert len(pixels) == len(val)


@pytest.mark.parametrize("change", [{"order": "shorter"}, {"interpolation": "bicubic"}, {"size": 30}],
                         ids=str)
def test_other_preprocessing_is_another_entry(pets, change):
    one, other = Preprocess(32, 28), Preprocess(**{"size": 32, "crop": 28} | change)

    assert decoded(pets(), one).path != decoded(pets(), other).path


def test_what_changes_no_square_is_no_other_entry(pets):
    one, other = Preprocess(32, 28), Preprocess(32, 24, mean="channel", std="channel")

    assert decoded(pets(), one).path == decoded(pets(), other).path


def test_processes_leave_what_one_process_would_leave(pets, processes, monkeypatch, tmp_path):
    shared = decoded(pets("train"), 32)[:], pixel_digests(pets("train"))
    monkeypatch.setenv("CVLIB_CACHE", str(tmp_path / "other"))
    monkeypatch.setattr(parallel, "WORTH", 1000)

    alone = decoded(pets("train"), 32)[:], pixel_digests(pets("train"))

    np.testing.assert_array_equal(shared[0], alone[0])
    assert shared[1] == alone[1]
    assert len(set(alone[1])) == len(pets("train"))


def test_sums_of_processes_are_those_of_one(pets, processes, monkeypatch, tmp_path):
    shared = cache_module.summed(pets("train"), Preprocess(32, 28))
    pixels = decoded(pets("train"), 32)[:]

    assert shared[0] == len(pixels)
    np.testing.assert_array_equal(shared[1], pixels.sum(0, dtype=int))
    assert shared[2][1].tolist() == np.bincount(pixels[..., 1].ravel(), minlength=256).tolist()


def test_nothing_is_forked_from_a_process_whose_threads_may_hold_locks(pets, processes, monkeypatch):
    monkeypatch.setattr("os.fork", None)

    assert len(decoded(pets("train"), 16)) == len(pets("train"))


def test_workers_need_neither_torch_nor_the_folder_they_are_started_in(tmp_path):
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')")
    code = "import sys, cvlib.data.workers; sys.exit('torch' in sys.modules)"

    subprocess.run([sys.executable, "-P", "-c", code], check=True, cwd=tmp_path)


def test_a_changed_picture_is_decoded_again(pets, tree):
    before = decoded(pets(), 16)[0].copy()
    picture().save(tree / "test" / "cat" / "000.png")

    assert (decoded(pets(), 16)[0] != before).any()


def test_a_picture_put_in_with_the_size_and_time_of_the_old_one_is_decoded_again(pets, tree, tmp_path):
    for path in sorted((tree / "test").rglob("*.png")):
        picture(name=path.name).save(path.with_suffix(".bmp"))
        path.unlink()
        os.utime(path.with_suffix(".bmp"), (1_600_000_000, 1_600_000_000))
    before = decoded(pets(), 16)[0].copy()
    picture(name="other").save(tmp_path / "other.bmp")
    os.utime(tmp_path / "other.bmp", (1_600_000_000, 1_600_000_000))

    shutil.copyfile(tmp_path / "other.bmp", tree / "test" / "cat" / "000.bmp")
    os.utime(tree / "test" / "cat" / "000.bmp", (1_600_000_000, 1_600_000_000))

    assert (decoded(pets(), 16)[0] != before).any()


def test_a_picture_changed_while_it_is_read_is_said(pets, tree, monkeypatch):
    look_at_all = cache_module.look_at_all

    def meanwhile(*arguments):
        picture().save(tree / "test" / "cat" / "000.png")
        return look_at_all(*arguments)

    monkeypatch.setattr(cache_module, "look_at_all", meanwhile)

    with pytest.raises(OSError, match="changed while they were read; run it again"):
        decoded(pets(), 16)


def test_a_picture_that_was_only_touched_is_not_decoded_again(pets, tree, cache):
    decoded(pets(), 16)
    before = entries_of(cache, "pixels"), entries_of(cache, "digests")
    os.utime(tree / "test" / "cat" / "000.png", (0, 0))

    decoded(pets(), 16)

    assert (entries_of(cache, "pixels"), entries_of(cache, "digests")) == before


@pytest.mark.parametrize("several", [False, True], ids=["alone", "processes"])
def test_all_broken_pictures_are_named_at_once_and_nothing_is_left_behind(pets, tree, cache, monkeypatch,
                                                                         several):
    monkeypatch.setattr(parallel, "WORTH", 20 if several else 1000)
    broken = [tree / "train" / "cat" / f"{i:03d}.png" for i in range(0, 24, 2)]
    for path in broken:
        path.write_bytes(path.read_bytes()[:60])

    with pytest.raises(OSError, match=r"12 picture\(s\) to replace or delete") as said:
        decoded(pets("train"), 16)

    assert all(str(path) in str(said.value) for path in broken[:10])
    assert "and 2 more" in str(said.value)
    assert not entries_of(cache, "pixels")
    assert not entries_of(cache, "digests")


def test_nothing_in_the_cache_folder_that_is_not_the_caches_own_is_touched(pets, cache):
    own, ours = cache / entries.OWN, "pixels-pets-0123456789abcdef.part"
    strangers = [cache / ".ssh" / "id", cache / ".git" / "HEAD", cache / ours / "x",
                 own / "pixels-x.part" / "x", own / ".hidden" / "x", own / "notes.part"]
    for file in strangers:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("kept")
        for path in (file, file.parent):
            os.utime(path, (time.time() - 9 * DAY,) * 2)
    (cache / entries.OWN / "dangling.part").symlink_to("nowhere")

    decoded(pets(), 16)

    assert [file.read_text() for file in strangers] == ["kept"] * len(strangers)
    assert (cache / entries.OWN / "dangling.part").is_symlink()


def test_what_killed_builders_left_is_cleared_away_and_what_is_being_built_is_not(pets, cache):
    left, living = (cache / entries.OWN / f"pixels-x-{digit * 16}.part" for digit in "01")
    for part in (left, living):
        part.mkdir(parents=True)

    with FileLock(living.with_suffix(".lock")):
        decoded(pets(), 16)

        assert not left.exists()
        assert living.exists()


def cut(file):
    file.write_bytes(file.read_bytes()[:-1])


def emptied(file):
    file.write_bytes(b"")


def dangling(file):
    file.unlink()
    file.symlink_to("nowhere")


@pytest.mark.parametrize("damage", [cut, emptied, Path.unlink, dangling])
@pytest.mark.parametrize("file", ["pixels-*/pixels.npy", "pixels-*/manifest.json", "key-*/key",
                                  "digests-*/digests.json", "digests-*/manifest.json"])
def test_a_damaged_entry_is_named_and_built_again(pets, cache, damage, file):
    before = decoded(pets(), 16)[:], pixel_digests(pets())
    (damaged,) = (cache / entries.OWN).glob(file)
    damage(damaged)

    with pytest.warns(UserWarning, match="built again") as said:
        after = decoded(pets(), 16)[:], pixel_digests(pets())

    np.testing.assert_array_equal(after[0], before[0])
    assert after[1] == before[1]
    assert str(damaged.parent) in str(said[0].message)
    assert damaged.is_file()


@pytest.mark.parametrize("link", [True, False], ids=["dangling link", "file"])
def test_something_else_under_the_name_of_an_entry_is_replaced(pets, cache, link):
    before = decoded(pets(), 16)[:]
    (entry,) = entries_of(cache, "pixels")
    shutil.rmtree(entry)
    entry.symlink_to("nowhere") if link else entry.write_text("x")

    with pytest.warns(UserWarning, match="built again"):
        after = decoded(pets(), 16)[:]

    np.testing.assert_array_equal(after, before)


def test_the_cache_may_be_deleted_at_any_time(pets, cache):
    dataset = pets()
    before = decoded(dataset, 16)

    shutil.rmtree(cache)

    assert (decoded(dataset, 16)[:] == before[:]).all()


def test_a_disk_that_is_too_small_is_said_before_anything_is_decoded(pets, monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.posix_fallocate", full, raising=False)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=1000))
    monkeypatch.setattr("cvlib.data.pictures.open_picture", None)

    with pytest.raises(OSError, match=r"take 0\.0 GB and .* set CVLIB_CACHE to a folder on a larger disk"):
        decoded(pets(), 16)


def test_room_is_reserved_and_where_that_cannot_be_done_looked_for(tmp_path, monkeypatch):
    sparse = tmp_path / "sparse"
    with open(sparse, "wb") as file:
        file.truncate(2**20)
    before = os.stat(sparse).st_blocks

    entries.reserve(sparse, 2**20)

    assert (before, os.stat(sparse).st_blocks) == (0, 2**11)
    monkeypatch.delattr("os.posix_fallocate")
    with pytest.raises(OSError, match="set CVLIB_CACHE"):
        entries.reserve(sparse, 2**60)


@pytest.mark.parametrize("file", ["0.json", "digests.json"])
def test_a_disk_that_is_full_in_the_middle_is_said(pets, processes, monkeypatch, file):
    look_at_all = cache_module.look_at_all

    def onto_a_full_disk(name, pictures, job, folder):
        (folder / file).symlink_to("/dev/full")
        return look_at_all(name, pictures, job, folder)

    monkeypatch.setattr(cache_module, "look_at_all", onto_a_full_disk)

    with pytest.raises(OSError, match="is full: set CVLIB_CACHE to a folder on a larger disk"):
        pixel_digests(pets("train"))


def test_files_can_be_read_by_others(pets, cache):
    before = os.umask(0o022)
    try:
        decoded(pets(), 16)
    finally:
        os.umask(before)

    made = [path for path in (cache / entries.OWN).rglob("*") if path.suffix != ".lock"]
    modes = {path.stat().st_mode & 0o777 for path in made}
    assert modes == {0o755, 0o644}


@pytest.mark.parametrize("where", ["a file", "below a file"])
def test_a_cache_folder_that_cannot_be_made_is_said(pets, tmp_path, monkeypatch, where):
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "below" if where == "below a file" else tmp_path / "file"
    monkeypatch.setenv("CVLIB_CACHE", str(folder))

    with pytest.raises(OSError, match="set CVLIB_CACHE to a folder"):
        decoded(pets(), 16)


def test_a_user_without_a_home_is_told_to_name_a_folder(monkeypatch):
    for name in ("CVLIB_CACHE", "HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)

    def nobody(number):
        raise KeyError(f"getpwuid(): uid not found: {number}")

    monkeypatch.setattr("pwd.getpwuid", nobody)

    with pytest.raises(OSError, match="set CVLIB_CACHE to a folder"):
        cache_module.cache_folder()


def workers_below(folder):
    """Processes that decode into ``folder``, whoever their parent is now."""
    found, mark = [], f"CVLIB_CACHE={folder}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command, environment = ((process / name).read_bytes() for name in ("cmdline", "environ"))
            if b"cvlib.data.workers" in command and mark in environment.split(b"\0"):
                found.append(process)
    return found


@pytest.fixture
def slow_pictures(tmp_path):
    """A folder that takes two processes ten seconds or more to decode: many links to one large picture."""
    Image.new("RGB", (4000, 3000), "red").save(tmp_path / "large.png", compress_level=1)
    for name in ("test/cat", "test/dog", "train/cat", "train/dog"):
        (tmp_path / "slow" / name).mkdir(parents=True)
        for i in range(120):
            (tmp_path / "slow" / name / f"{i}.png").symlink_to(tmp_path / "large.png")
    return tmp_path / "slow"


@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGINT])
def test_a_builder_that_is_stopped_takes_its_workers_along_and_does_no_harm(slow_pictures, cache,
                                                                            signal_number):
    code = f"""
import signal
import cvlib.data
from cvlib.data import parallel
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore it
parallel.WORTH, parallel._cores = 20, lambda: 2
cvlib.data.decoded(cvlib.data.load_dataset({str(slow_pictures)!r}, "test"), 64)
"""
    builder = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    while builder.poll() is None and not (len(workers_below(cache)) == 2 and any(cache.rglob("pixels.npy"))):
        time.sleep(0.02)

    builder.send_signal(signal_number)

    assert builder.wait(timeout=8) == -signal_number, "it ended before it could be stopped"
    deadline = time.monotonic() + 3
    while workers_below(cache) and time.monotonic() < deadline:
        time.sleep(0.005)
    assert not workers_below(cache)
    assert any(cache.rglob("*.part")) == (signal_number == signal.SIGKILL)
    scenes = cvlib.load_dataset("scenes", "val")
    assert (decoded(scenes, 64)[5] == np.asarray(Preprocess(64, 64).resized(scenes.image(5)))).all()
    assert not any(cache.rglob("*.part"))


def test_a_worker_that_ends_early_is_said(cache, processes, monkeypatch):
    monkeypatch.setattr(parallel, "PACKAGE", Path("/nowhere"))
    monkeypatch.setenv("PYTHONPATH", "")
    monkeypatch.setattr(sys, "executable", shutil.which("false"))

    with pytest.raises(OSError, match="a decoding process ended with status 1"):
        decoded(cvlib.load_dataset("scenes", "val"), 16)


def test_the_second_of_two_builders_waits_and_reads_what_the_first_has_built(cache, monkeypatch):
    scenes, built, looks = cvlib.load_dataset("scenes", "val"), [], []
    meet, look_at_all = Barrier(2, timeout=60), cache_module.look_at_all

    def slowly(*arguments):
        looks.append(arguments)
        time.sleep(0.2)
        return look_at_all(*arguments)

    def build():
        meet.wait()
        built.append(decoded(scenes, 32)[:])

    monkeypatch.setattr(cache_module, "look_at_all", slowly)
    builders = [Thread(target=build) for _ in range(2)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join()

    assert len(built) == 2
    assert (built[0] == built[1]).all()
    assert len(looks) == 1
    assert len(entries_of(cache, "pixels")) == len(entries_of(cache, "digests")) == 1
