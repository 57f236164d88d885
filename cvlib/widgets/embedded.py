"""Pixels inside a page, in the same bytes on every machine.

A PNG is compressed by whatever zlib a machine has, and their bytes differ. This one is stored.
"""
import struct
import zlib
from base64 import b64encode

import numpy as np

__all__ = ["data_url"]

BLOCK = 65_535  # bytes of a stored block, RFC 1951


def data_url(pixels: np.ndarray) -> str:
    """(H, W, 3) uint8 as a PNG in an address. Raises ValueError for another shape or type."""
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
        raise ValueError(f"pixels are (H, W, 3) uint8, not {pixels.shape} {pixels.dtype}")
    height, width, _ = pixels.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), pixels.reshape(height, -1)], axis=1).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, data) for name, data in ((b"IHDR", header), (b"IDAT", _stored(rows)), (b"IEND", b"")))
    return f"data:image/png;base64,{b64encode(png).decode()}"


def _stored(data: bytes) -> bytes:
    """``data`` as a zlib stream without compression (RFC 1950 and 1951)."""
    blocks = []
    for start in range(0, len(data), BLOCK):
        part = data[start:start + BLOCK]
        last = start + BLOCK >= len(data)
        blocks.append(struct.pack("<BHH", last, len(part), len(part) ^ 0xFFFF) + part)
    return b"\x78\x01" + b"".join(blocks) + struct.pack(">I", zlib.adler32(data))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
