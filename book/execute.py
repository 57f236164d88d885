"""Run notebooks in place, in their own folder, so that an unchanged notebook gives an empty diff."""
import os
import sys
from pathlib import Path

import nbclient
import nbformat

os.environ["OMP_NUM_THREADS"] = "1"  # a float sum's last digits depend on the number of threads

for path in map(Path, sys.argv[1:]):
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3", record_timing=False,
                            store_widget_state=False, resources={"metadata": {"path": path.parent}}).execute()
    nbformat.write(notebook, path)
