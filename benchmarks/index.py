"""The index of a large tree: how long it takes and how much memory a file, and what ImageNet would take.

    python benchmarks/index.py [FILES]        # default 20,000, a thousand in a class

The files hold one byte each and have just been made, so no disk is waited for: where the folders are not in
memory yet the first opening takes longer. Each line is a process of its own, and its memory what opening
added: its own, and what is mapped from the index and shared by all processes (Linux only).
"""
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

IMAGENET = 1_281_167
OPEN = """
import json, sys, time
from pathlib import Path
from cvlib.data import index, pictures
index.LARGE = 1000
def memory():
    lines = dict(line.split(":") for line in open("/proc/self/status").read().splitlines())
    return [1024 * int(lines[name].split()[0]) for name in ("RssAnon", "RssFile", "VmHWM")]
before, start = memory(), time.perf_counter()
files = index.read_index(Path(sys.argv[1]), Path(sys.argv[2]))
paths, labels = files.paths, files.labels
opened = time.perf_counter() - start
length = sum(map(len, paths)) + int(labels.sum()) + int(files.sizes.sum())
after = memory()
print(json.dumps([opened, *(b - a for a, b in zip(before, after)), len(paths)]))
"""
LIST = OPEN.replace("files.paths, files.labels", "list(files.paths), files.labels")


def make_tree(root: Path, count: int) -> None:
    """``count`` files of one byte in a hundredth as many folders, with names as long as ImageNet's."""
    for k in range(max(2, count // 1000)):
        folder = root / f"n{k:08d}"
        folder.mkdir(parents=True)
        for i in range(count // max(2, count // 1000)):
            (folder / f"n{k:08d}_{i}.JPEG").write_bytes(b"x")
        os.utime(folder, (0, 0))
    os.utime(root, (0, 0))


def measure(code: str, tree: Path, keep: Path) -> list[float]:
    """Seconds to open, bytes of its own, bytes mapped, growth of the peak, files."""
    command = [sys.executable, "-c", code, tree, keep]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Make the tree, open it three times, print and extrapolate."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        tree, keep = Path(folder, "tree"), Path(folder, "index")
        start = time.perf_counter()
        make_tree(tree, count)
        print(f"{count:,} files made in {time.perf_counter() - start:.0f} s")
        for name, code in (("first opening", OPEN), ("later opening", OPEN), ("later, as a list", LIST)):
            seconds, *memory, files = measure(code, tree, keep)
            own, mapped, peak = (part / files for part in memory)
            print(f"{name:17s} {1e6 * seconds / files:6.2f} us, {own:4.0f} B own, {mapped:4.0f} B shared, "
                  f"{peak:4.0f} B at the peak a file; 1.28 million: {seconds * IMAGENET / files:5.2f} s, "
                  f"{own * IMAGENET / 2**20:4.0f} MiB own, {mapped * IMAGENET / 2**20:4.0f} MiB shared")
        size = sum(file.stat().st_size for file in keep.glob("*.index"))
        print(f"on disk {size / count:.0f} B a file; 1.28 million: {size * IMAGENET / count / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
