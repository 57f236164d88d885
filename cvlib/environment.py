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
    """The commit of this course's checkout, with "+" where cvlib has changed since; None elsewhere, also
    where cvlib is installed inside another repository."""
    package = Path(__file__).resolve().parent

    def git(*arguments: str) -> str:
        command = ["git", "-C", package, *arguments]
        plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        return subprocess.run(command, capture_output=True, text=True, check=True, env=plain).stdout.strip()
    try:
        if Path(git("rev-parse", "--show-toplevel")) != package.parent or not git("ls-files", "__init__.py"):
            return None
        return git("rev-parse", "HEAD") + ("+" if git("status", "--porcelain", ".") else "")
    except (OSError, subprocess.CalledProcessError):
        return None
