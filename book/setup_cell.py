import importlib
import os
import subprocess
import sys

ADDRESS = ""  # the repository's, as in _config.yml
hosted = {"KAGGLE_KERNEL_RUN_TYPE", "COLAB_RELEASE_TAG"} & set(os.environ)
try:
    from cvlib import COURSE
    assert COURSE
except Exception as absent:  # whatever a foreign cvlib raises
    if not (hosted and ADDRESS):
        raise ImportError(
            "this chapter needs the course's own cvlib (PyPI's is another "
            "project): in the course's checkout run `pip uninstall -y cvlib` "
            "and `pip install -e .`, then restart the kernel"
        ) from absent
    pip = [sys.executable, "-m", "pip", "-q"]
    subprocess.run([*pip, "uninstall", "-y", "cvlib"], check=False)
    subprocess.run([*pip, "install", "--no-deps", f"git+{ADDRESS}"], check=True)
    for name in [n for n in sys.modules if n.split(".")[0] == "cvlib"]:
        del sys.modules[name]
    importlib.invalidate_caches()
