"""What a number was measured on."""
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import torch

__all__ = ["environment"]

PACKAGES = ("torch", "torchvision", "accelerate", "numpy", "pillow")


def environment(device: torch.device, processes: int = 1) -> dict:
    """Versions, device, threads and commit, for a record."""
    return {
        "python": platform.python_version(), **{name: version(name) for name in PACKAGES},
        "device": _device_name(device), "processes": processes, "threads": torch.get_num_threads(),
        "commit": _commit(),
    }


def _device_name(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores"


def _commit() -> str | None:
    """The checkout's commit, with "+" where cvlib has changed since; None outside a checkout."""
    def git(*arguments: str) -> str:
        command = ["git", "-C", Path(__file__).parent, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    try:
        return git("rev-parse", "HEAD") + ("+" if git("status", "--porcelain", ".") else "")
    except (OSError, subprocess.CalledProcessError):
        return None
