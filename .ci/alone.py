"Runs notebooks as somebody does who has them and the installed package: python .ci/alone.py FOLDER NOTEBOOK…"
import os, re, sys
import nbformat
from execnb.shell import CaptureShell

folder, *notebooks = sys.argv[1:]
for path in [os.path.abspath(notebook) for notebook in notebooks]:
    nb, shell = nbformat.read(path, 4), CaptureShell(folder)
    os.chdir(folder)
    for cell in nb.cells:
        if cell.cell_type != 'code' or re.search(r'^#\| *(eval: *false|notest|slow)', cell.source, re.M): continue
        shell.run(cell.source)
        if shell.exc: sys.exit(f'{path}, cell {cell.id}, in {folder}: {type(shell.exc).__name__}: {shell.exc}')
    print(f'{os.path.basename(path)} runs in {folder}')
