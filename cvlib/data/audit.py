"""What is wrong with labelled pictures, as far as files and pixels tell: no network is asked.

Whether two pictures that look alike are one photograph, only an eye can say. `THRESHOLD` was set by pairs of
Intel's photographs that were looked at, see `cvlib.analysis.Audit`.
"""
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence

import numpy as np

from cvlib.data.fingerprints import Fingerprints, fingerprints
from cvlib.data.perceptual import Pairs, near_pairs
from cvlib.data.pooled import Pool

__all__ = ["COUNTED", "LISTED", "THRESHOLD", "equal_groups", "examine", "odd_sizes"]

THRESHOLD = 6  # bits of 64 up to which two pictures are taken for one photograph, or one series
LISTED = 10  # bits up to which pairs are named, so that an eye may go beyond the threshold
COUNTED = 12  # bits up to which they are counted


def equal_groups(digests: Sequence[Hashable]) -> list[list[int]]:
    """The numbers of those that share a digest, two or more a group, in the order of their firsts; None is
    nobody's."""
    places = defaultdict(list)
    for number, digest in enumerate(digests):
        if digest is not None:
            places[digest].append(number)
    return [numbers for numbers in places.values() if len(numbers) > 1]


def odd_sizes(sizes: Sequence[tuple[int, int] | None]) -> tuple[tuple[int, int] | None, list[int]]:
    """The size that most pictures have (of two as frequent the first met), and the numbers of the others."""
    counts = Counter(size for size in sizes if size is not None)
    usual = counts.most_common(1)[0][0] if counts else None
    return usual, [number for number, size in enumerate(sizes) if size not in (None, usual)]


def examine(pool: Pool) -> dict:
    """What an audit's JSON holds of pictures: each finding as paths, and below ``involved`` what is known of
    every picture that a finding names.

    ``near`` are [path, path, bits]: pairs of different pixels, of identical pictures the first alone;
    ``near_counts`` says how many such pairs differ in how many bits. Raises OSError
    where nothing can be decoded.
    """
    seen = fingerprints(pool.dataset)
    if len(seen.broken) == len(pool.dataset):
        raise OSError(f"{pool.dataset.name}: not one of {len(seen.broken)} pictures can be decoded; the "
                      f"first: {seen.broken[0]}")
    paths, pixels = pool.dataset.paths, equal_groups(seen.pixels)
    files, (usual, odd), pairs = equal_groups(seen.files), odd_sizes(seen.sizes), _near(seen, pixels)
    close = [(int(a), int(b), int(bits)) for a, b, bits in zip(*pairs, strict=True) if bits <= LISTED]
    named = {*odd, *seen.broken, *(n for group in (*files, *pixels) for n in group),
             *(number for a, b, _ in close for number in (a, b))}
    return {
        "name": pool.dataset.name, "classes": pool.dataset.classes,
        "pictures": {"train": int((~pool.tested).sum()), "test": int(pool.tested.sum())},
        "usual_size": usual, "odd_sizes": [paths[number] for number in odd],
        "broken": {paths[number]: reason for number, reason in seen.broken.items()},
        "equal_files": [[paths[number] for number in group] for group in files],
        "equal_pixels": [[paths[number] for number in group] for group in pixels],
        "threshold": THRESHOLD,
        "near_counts": {int(bits): int(count) for bits, count in
                        zip(*np.unique(pairs.distance, return_counts=True), strict=True)},
        "near": [[paths[a], paths[b], bits] for a, b, bits in sorted(close, key=lambda pair: pair[2])],
        "involved": {paths[number]: _known(pool, seen, number) for number in sorted(named)},
    }


def _near(seen: Fingerprints, groups: list[list[int]]) -> Pairs:
    """Pairs of pictures that look alike, of identical ones the first alone."""
    again = {number for group in groups for number in group[1:]}
    kept = np.array([n for n, look in enumerate(seen.looks) if look is not None and n not in again])
    pairs = near_pairs([seen.looks[number] for number in kept], COUNTED)
    return Pairs(kept[pairs.a], kept[pairs.b], pairs.distance)


def _known(pool: Pool, seen: Fingerprints, number: int) -> dict:
    look = seen.looks[number]
    return {"class": pool.dataset.classes[pool.dataset.labels[number]], "test": bool(pool.tested[number]),
            "size": seen.sizes[number], "file": seen.files[number], "pixels": seen.pixels[number],
            "look": None if look is None else f"{look:016x}"}
