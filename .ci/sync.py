"""Write everything that derives from settings.ini and the notebooks: the owner's account in every address, the
chapters' launch cells, `#| exports`, the modules, pyproject.toml's static fields, CITATION.cff, nbs/nbdev.yml, README.md and its figures.

    python .ci/sync.py

It rewrites in place; `.ci/run` fails where it changes a file."""
import json, os, re, shutil, sys
from importlib.metadata import entry_points
from pathlib import Path

import nbformat, yaml
from execnb.nbio import nb2str, read_nb
from nbconvert import MarkdownExporter
from nbdev.config import get_config
from nbdev.doclinks import nbdev_export
from nbdev.processors import FilterDefaults
from nbdev.quarto import refresh_quarto_yml

os.chdir(Path(__file__).resolve().parent.parent)
sys.path.insert(0, os.getcwd())  # links follow the index of this checkout, not of an installed package
cfg = get_config()
known = not cfg.user.endswith('-')  # no account has such a name


def edit(path, pattern, repl):
    "Rewrite `path` where `pattern` gives something new; every other byte stays."
    old = path.read_text(encoding='utf-8')
    new = re.sub(pattern, repl, old, flags=re.MULTILINE)
    if new != old: path.write_text(new, encoding='utf-8', newline='\n')


def addresses():
    "Repository, site, raw files, Colab, Binder, Codespaces: …/OWNER/repo and //OWNER.github.io/repo."
    pattern = rf'((?:github\.com|githubusercontent\.com|/github|/gh|codespaces\.new)/|//)[\w-]+(?=(?:\.github\.io)?/{cfg.repo}\b)'
    for glob in 'nbs/**/*.ipynb', 'nbs/*.yml', '.github/**/*.y*ml', '*.md', '*.cff':
        for path in Path().glob(glob): edit(path, pattern, lambda m: m[1] + cfg.user)


def launch():
    """After the title of each chapter and of each page of reference with a module: where to run it, and a hidden cell that installs the
    package where it is missing. Nothing, as long as the owner is not known"""
    nbs = Path('nbs')
    for path in *nbs.glob('book/*.ipynb'), *nbs.glob('reference/*.ipynb'):
        page = path.relative_to(nbs).as_posix()
        at = f'{cfg.user}/{cfg.repo}'
        links = {'Open in Colab': f'https://colab.research.google.com/github/{at}/blob/{cfg.branch}/nbs/{page}',
                 'Open in Binder': f'https://mybinder.org/v2/gh/{at}/{cfg.branch}?urlpath=lab/tree/nbs/{page}',
                 'Download': f'{cfg.doc_host}{cfg.doc_baseurl}/{page}'}
        buttons = ' '.join(f'[{text}]({address})' for text, address in links.items())
        install = f"""#| hide
#| eval: false
from importlib.util import find_spec
# A torch that is here already stays.
if not find_spec('{cfg.lib_name}'): get_ipython().run_line_magic('pip', 'install -q git+{cfg.git_url}')"""
        nb = json.loads(path.read_text(encoding='utf-8'))
        cells = [c for c in nb['cells'] if c['id'] not in ('launch', 'install')]
        title = next(i for i, c in enumerate(cells) if c['cell_type'] == 'markdown')
        exports = re.search(r'#\| *(default_exp|exports) +\w', path.read_text(encoding='utf-8'))
        if known and (exports or path.parent.name == 'book'): cells[title+1:title+1] = [
            dict(cell_type='markdown', id='launch', metadata={}, source=[buttons]),
            dict(cell_type='code', id='install', metadata={}, execution_count=None, outputs=[], source=install.splitlines(True))]
        if cells != nb['cells']:
            text = json.dumps(dict(nb, cells=cells), indent=1, ensure_ascii=False, sort_keys=True)
            path.write_text(text + '\n', encoding='utf-8', newline='\n')


def shown():
    "Exported code is to be read on the site, too: `#| exports`, since nbdev leaves out `#| export`."
    for path in Path('nbs').rglob('*.ipynb'): edit(path, r'"#\| export\\n"', lambda m: r'"#| exports\n"')


def pyproject():
    "The fields that nbdev 3 wants static."
    fields = {'name': cfg.lib_name, 'description': cfg.description, 'requires-python': f'>={cfg.min_python}',
              'Repository': cfg.git_url, 'Documentation': f'{cfg.doc_host}{cfg.doc_baseurl}/',
              'lib_path': cfg.lib_path.name, 'nbs_path': cfg.nbs_path.name, 'doc_path': cfg.doc_path.name,
              'tst_flags': cfg.tst_flags, 'branch': cfg.branch}
    edit(Path('pyproject.toml'), rf'^({"|".join(fields)}) = ".*"$',
         lambda m: f'{m[1]} = {json.dumps(fields[m[1]], ensure_ascii=False)}')


def citation():
    edit(Path('CITATION.cff'), '^version: .*$', f'version: {cfg.version}')


def for_github(cell):
    "Do to one cell what Quarto would: its options, and links that lead from the root, in any clone and fork."
    if cell.cell_type == 'markdown':
        cell.source = re.sub(rf'\[(`[^`]+`)\]\({re.escape(cfg.doc_host)}[^)]*\)', r'\1', cell.source)
        cell.source = re.sub(r'\]\((?![a-z]+:|[#/])', '](nbs/', cell.source)
    if cell.cell_type != 'code': return
    options, code = re.match(r'((?:#\|[^\n]*\n?)*)(.*)', cell.source, re.DOTALL).groups()
    cell.options = yaml.safe_load(re.sub(r'^#\| ?', '', options, flags=re.MULTILINE)) or {}
    shown = cell.options.get('include', True)
    cell.source = code.strip()
    cell.metadata.transient = {'remove_source': not (shown and cell.source and cell.options.get('echo', True))}
    if not (shown and cell.options.get('output', True)): cell.outputs = []
    cell.metadata.magics_language = cell.metadata.get('language', 'python')
    for out in cell.outputs:
        html = out.get('data', {}).get('text/html')
        if html: out.data['text/html'] = re.sub(r'<style.*?</style>', '', html, flags=re.DOTALL)  # GitHub would print it


def readme():
    "README.md as `nbdev_readme` gives it, without Quarto."
    nb = read_nb(cfg.nbs_path/cfg.readme_nb)
    os.environ['IN_TEST'] = '1'  # the processors run imports and exported cells, nothing that writes
    FilterDefaults()(nb)
    nb.cells[0] = dict(nb.cells[0], cell_type='markdown', source=f'# {nb.frontmatter_["title"]}')
    nb = nbformat.reads(nb2str(nb), as_version=4)
    for cell in nb.cells: for_github(cell)
    text, resources = MarkdownExporter().from_notebook_node(nb, {'unique_key': 'index', 'output_files_dir': 'index_files'})

    def figure(m):
        options = nb.cells[int(m[2])].options
        caption = options.get('fig-cap', '')
        return f'![{options.get("fig-alt", caption)}]({m[1]})' + (f'\n\n*{caption}*' if caption else '')
    text = re.sub(r'!\[\w+\]\((index_files/index_(\d+)_\d+\.\w+)\)', figure, text)
    text = re.sub(r'\n(?:[ \t]*\n){2,}', '\n\n', text).strip() + '\n'
    left = re.search(r'^:::|```\{|\{#|@(?:eq|fig|sec|tbl)-', text, re.MULTILINE)
    if left: sys.exit(f'{cfg.readme_nb}: GitHub cannot show {left[0]!r}, which only Quarto reads; say it in plain Markdown')

    shutil.rmtree('index_files', ignore_errors=True)
    for name, data in resources['outputs'].items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(data)
    Path('README.md').write_text(text, encoding='utf-8', newline='\n')


if cfg.lib_name not in entry_points(group='nbdev').names:
    sys.exit("Links need the package installed: pip install -c constraints.txt -e '.[dev]'")
launch()
shown()
addresses()
nbdev_export()
pyproject()
citation()
refresh_quarto_yml()
readme()
