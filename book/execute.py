"""Run notebooks in place, in their own folder, so that an unchanged notebook gives an empty diff."""
import os
import sys
from pathlib import Path

import nbclient
import nbformat

os.environ["OMP_NUM_THREADS"] = "1"  # a float sum's last digits depend on the number of threads

paths = [Path(name) for name in sys.argv[1:]]
if not paths or not all(path.is_file() for path in paths):
    sys.exit(f"no notebook {' '.join(sys.argv[1:])!r}: make execute NOTEBOOK=notebooks/01_one_sitting.ipynb")

for path in paths:
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3", record_timing=False,
                            store_widget_state=False, coalesce_streams=True,  # busy machines print in parts
                            resources={"metadata": {"path": path.parent}}).execute()
    nbformat.write(notebook, path)
