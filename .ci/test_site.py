"Each step of site.py on a page as small as can be"
import importlib.util
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

# Python has a module `site` of its own
spec = importlib.util.spec_from_file_location('steps', Path(__file__).with_name('site.py'))
steps = importlib.util.module_from_spec(spec)
spec.loader.exec_module(steps)
root = 'https://somebody.github.io/book/'


def page(main, head='', sidebar=''):
    html = (f'<html><head><title>Old – book</title>{head}</head><body>'
            f'<nav id="quarto-sidebar">{sidebar}</nav><main id="text">{main}</main></body></html>')
    return BeautifulSoup(html, 'html.parser')


def links(soup): return [a['href'] for a in soup.main('a')]


def test_hosts():
    soup = page('', '<script src="https://cdn.org/a.js"></script><script>define(\'jquery\', [])</script>'
                    '<script src="../b.js"></script>')
    steps.hosts(soup)
    assert [s['src'] for s in soup('script')] == ['../b.js']


def test_card():
    soup = page('', '<meta property="og:image" content="fig.svg"><meta name="author" content="me">'
                    '<meta name="twitter:image:alt" content="A curve">')
    steps.card(soup, root, 'A chain')
    assert [m['content'] for m in soup('meta')] == [f'{root}card.png', 'me', 'A chain']


def test_skip():
    soup = page('Text')
    steps.skip(soup)
    assert soup.body.contents[0]['href'] == '#text'


@pytest.mark.parametrize('sidebar, name', [('4 Backward', '4 Backward'), ('Front page', 'Old')])
def test_title(sidebar, name):
    sidebar = f'<a class="active"><span class="menu-text">{sidebar}</span></a>'
    soup = page('<h1 class="title">Old</h1>', sidebar=sidebar)
    steps.title(soup)
    assert (soup.h1.text, soup.title.text) == (name, f'{name} – book')


def test_comments():
    soup = page(f'<pre>stage, <span class="co"># as in  [`lin`]({root}book/forward.html#lin), `x`</span>'
                f'<span class="st">"[`lin`]({root})"</span></pre>')
    steps.comments(soup)
    assert soup.main.text == f'stage, # as in  `lin`, `x`"[`lin`]({root})"'
    assert links(soup) == [f'{root}book/forward.html#lin'] and soup.a.code


relu = {f'book/{page}.html': {'Relu': (f'book/{page}.html#relu', f'{page}.py#L{line}')}
        for page, line in [('layers', 3), ('module', 7), ('later', 9)]}


@pytest.mark.parametrize('path, home', [
    ('book/layers.html', 'layers.py#L3'), ('book/module.html', 'module.py#L7'),
    ('book/last.html', 'later.py#L9'), ('proof/edges_module.html', 'module.py#L7')])
def test_names(path, home):
    soup = page(f'<a href="{root}book/layers.html#relu"><code>Relu</code></a>'
                '<a href="layers.html"><code>Relu</code></a>'
                '<p><a href="https://github.com/layers.py#L3" style="float:right">source</a></p>'
                '<h3>Relu</h3>')
    steps.names(soup, path, steps.defaultdict(dict, relu), [*relu, 'book/last.html'], root)
    module = home.split('.')[0]
    assert links(soup) == [f'{root}book/{module}.html#relu', 'layers.html', f'https://github.com/{home}']


@pytest.mark.parametrize('section, home', [('layers', 'layers'), ('saving', 'module')])
def test_names_elsewhere(section, home):
    soup = page(f'<section class="level2"><h2>{section}</h2><a href="{root}book/layers.html#relu"><code>Relu</code></a>'
                '<p><a href="https://github.com/layers.py#L3" style="float:right">source</a></p>'
                '<h3>Relu</h3></section>')
    steps.names(soup, 'reference/functions.html', steps.defaultdict(dict, relu), [*relu], root)
    assert links(soup) == [f'{root}book/{home}.html#relu', 'https://github.com/layers.py#L3']


@pytest.mark.parametrize('path, kept', [('book/layers.html', []), ('book/engine.html', ['book/engine.html#back'])])
def test_names_of_methods(path, kept):
    soup = page(f'<a href="{root}book/engine.html#back"><code>back</code></a>')
    exports = {'book/layers.html': {'Relu.back': ('book/layers.html#relu.back', 'layers.py#L5')},
               'book/engine.html': {'back': ('book/engine.html#back', 'engine.py#L3')}}
    steps.names(soup, path, exports, [*exports], root)
    assert links(soup) == [root + page for page in kept] and soup.main.text == 'back'


def test_unsourced():
    soup = page('<p><a href="https://github.com/a.py#L3" style="float:right">source</a></p><h3>lin</h3>'
                '<h3>relu</h3><h3>A heading</h3>')
    assert steps.unsourced(soup, {'lin': (), 'relu': (), 'private': ()}) == {'relu'}


def test_nowhere():
    soup = page(f'<a href="{root}a.html#_private"><code>_private</code></a> '
                f'<a href="{root}a.html#public"><code>public</code></a>')
    steps.nowhere(soup, root, {'a.html': {'public'}})
    assert links(soup) == [f'{root}a.html#public']
    assert soup.main.text == '_private public'


def test_relative():
    soup = page(f'<a href="{root}book/loss.html#mse">mse</a><a href="https://pytorch.org">PyTorch</a>')
    steps.relative(soup, 'proof/equations.html', root)
    assert links(soup) == ['../book/loss.html#mse', 'https://pytorch.org']


def formula(label, number):
    return (f'<p><span id="{label}"><math><semantics><mrow><mi>y</mi><mo>=</mo><mi>x</mi><mspace></mspace>'
            f'<mo>(</mo><mn>{number}</mn><mo>)</mo></mrow>'
            fr'<annotation>y=x\qquad({number})</annotation></semantics></math></span></p>')


def test_numbers():
    soup = page(formula('eq-one', 1))
    steps.numbers(soup)
    assert soup.select_one('span[id] > .number').text == '(1)'
    assert soup.math.text == 'y=xy=x'
    steps.numbers(soup)  # a formula without a number stays as it is
    assert soup.math.text == 'y=xy=x'


def test_equations():
    labels = {'eq-one': ('book/b.html', '(1)', 'Book')}
    soup = page('<span class="co">  @eq-one"</span> <span class="co">equation (1) of *Book*</span> '
                '<span class="st">\'@eq-one\'</span> '
                '<section class="level3"><p>By equation (1) of <em>Book</em></p>'
                '<p>equation (1) of Book; b</p></section>'
                '<a href="../b.html#eq-one">equation</a> <a href="b.html#eq-one">One</a>')
    steps.equations(soup, 'book/a.html', labels)
    says = 'equation (1) of Book'
    assert soup.main.text == f'  {says}" {says} \'@eq-one\' By {says}{says}; b{says} One'
    assert links(soup) == ['b.html#eq-one'] * 6
    steps.equations(soup := page('<span class="co">@eq-one</span>'), 'book/b.html', labels)
    assert soup.main.text == 'equation (1)'


function = ('<section class="level3"><h3>mse</h3><div class="sourceCode">def mse(</div>'
            '<p><em>Mean</em> of <em>squares</em></p>{}</section>')


def test_ids():
    cell = '<div class="cell" id="{}"></div>'
    steps.ids(soup := page(cell.format('fit') + cell.format('other') + '<section id="fit"></section>'))
    assert [node['id'] for node in soup.main(id=True)] == ['other', 'fit']


def test_once():
    code = '<div class="cell"><div class="cell-code">def mse(out, targ):</div></div>'
    steps.once(soup := page(function.format(code)))
    assert soup.main.text == 'msedef mse(out, targ):'
    for left in '', code.replace('mse', 'other'), code.replace('><', '><details><'):
        steps.once(soup := page(function.format(left)))
        assert soup.main.text.startswith('msedef mse(Mean of squares') and not soup.em


def test_fold():
    table = '<table><tbody>{}</tbody></table>'
    code = '<div class="cell-code">{}x</div>'
    output = '<div class="cell-output"><pre>{}x</pre></div>'
    long = (table.format('<tr></tr>'*16) + table.format(f'<tr>{"<li></li>"*16}</tr>')
            + output.format('x\n'*15) + code.format('x\n'*8))
    short = table.format('<tr></tr>'*15) + output.format('x\n'*14) + code.format('x\n'*7)
    more = code.format('x\n'*7) * 12
    steps.fold(soup := page(f'{long}{short}{more}<details><summary>Solution</summary>{long}</details>'))
    assert [s.text for s in soup('summary')] == [
        'Table, 16 rows', 'Table, 1 row', 'Output, 16 lines', 'Code, 9 lines', 'Solution']
    assert soup.details.summary.find_next_sibling().name == 'table'
    three = code.format('x\n'*3)
    steps.fold(soup := page(f'{three * 126}<section id="exercises">{three}</section>'))
    assert len(soup('summary')) == 126
    steps.fold(soup := page(long))
    assert not soup('summary')


def test_entries():
    entry = '<hr><p>source</p><section class="level3"><h3>{}</h3></section>'
    both = entry.format('load') + entry.format('show')
    soup = page(f'<section class="level2"><h2>data</h2><p>From</p>{both}</section>'
                '<section class="level2"></section>')
    steps.entries(soup)
    assert soup.summary.text == 'load, show' and soup.details.find_previous_sibling().text == 'From'
    assert len(soup.details('h3')) == 2 and not soup.details.find_next_sibling()


def test_answers():
    exercise = '<section class="level3"><h3>{}</h3></section>'
    parts = [exercise.format(title) for title in ('By hand: one row', 'check_row', 'Derive: work')]
    soup = page(f'<section class="level2"><h2>Forward</h2><p>Of</p>{"".join(parts)}</section>'
                f'<section class="level2"><h2>Verdicts</h2>{parts[1]}</section>')
    steps.answers(soup)
    assert [s.text for s in soup('summary')] == ['By hand: one row · Derive: work']
    assert soup.details.find_previous_sibling().name == 'h2' and len(soup.details('h3')) == 3


def test_phone(tmp_path):
    (tmp_path/'a.svg').write_text('<svg width="300pt" height="9pt">')
    steps.phone(soup := page('<img src="a.svg">'), tmp_path)
    assert soup.img['style'] == 'min-width:216px'


def test_columns():
    table, words = 'tensor    verdict\n------  ---------\nx              ok', 'a - b, --, ---'
    soup = page(''.join(f'<div class="{kind}"><pre><code>{text}</code></pre></div>'
                        for kind, text in [('cell-output', table), ('cell-output', words), ('code', table)]))
    steps.columns(soup)
    assert [pre.get('class') for pre in soup('pre')] == [['columns'], None, None]


def test_symbols(tmp_path):
    (tmp_path/'loss.py').write_text('# %% ../nbs/book/03_loss.ipynb #a\nimport torch\n\n\ndef mse(): pass\n'
                                    '# %% ../nbs/proof/more.ipynb #b\nclass Mse:\n    def bwd(self): pass\n')
    (tmp_path/'fit.py').write_text('# %% ../nbs/book/09_fit.ipynb #a\nimport torch\nfrom torch import Tensor\n'
                                   'from .loss import Mse, _private\n')
    assert steps.symbols(tmp_path) == {
        'book/loss.html': {'mse': ('book/loss.html#mse', 'loss.py#L5')},
        'book/fit.html': {'Mse': ('proof/more.html#mse', 'loss.py#L7')},
        'proof/more.html': {'Mse': ('proof/more.html#mse', 'loss.py#L7'),
                            'Mse.bwd': ('proof/more.html#mse.bwd', 'loss.py#L8')}}


def test_search():
    soup = page('<h1>Loss</h1><p>Of <math><mi>x</mi><annotation>\\bar x</annotation></math>.</p>'
                '<section id="a"><h2>A</h2><p>One</p><pre>code</pre>'
                '<section id="mse"><h3>mse</h3><p>Mean</p></section></section>')
    entries = steps.search({'book/loss.html': soup})
    assert [(e['href'], e['section'], e['text']) for e in entries] == [
        ('book/loss.html', '', 'Of x.'), ('book/loss.html#a', 'A', 'One'),
        ('book/loss.html#mse', 'mse', 'Mean')]
    assert {e['title'] for e in entries} == {'Loss'} and soup.pre  # the page itself is left whole


def test_llms(tmp_path):
    (tmp_path/'04_backward.llms.md').touch()
    sidebar = ('<li><span class="menu-text">The book</span></li>'
               '<li><a href="./backward.html"><span class="menu-text">4 Backward</span></a></li>')
    soup = page('', sidebar=sidebar)
    steps.llms(tmp_path, soup, root, {'title': 'book', 'description': 'About'})
    assert (tmp_path/'backward.llms.md').exists()
    listed = (tmp_path/'llms.txt').read_text()
    assert listed == f'# book\n\n> About\n\n\n## The book\n\n- [4 Backward]({root}backward.llms.md)\n'


def test_icons(tmp_path):
    folder = tmp_path/'site_libs/bootstrap'
    folder.mkdir(parents=True)
    font, glyphs = FontBuilder(1000), ['.notdef', 'alarm', 'star']
    font.setupGlyphOrder(glyphs)
    font.setupCharacterMap({0xf101: 'alarm', 0xf102: 'star'})
    font.setupGlyf({name: TTGlyphPen(None).glyph() for name in glyphs})
    font.setupHorizontalMetrics({name: (500, 0) for name in glyphs})
    font.setupHorizontalHeader()
    font.setupOS2()
    font.setupNameTable({'familyName': 'icons'})
    font.setupPost()
    font.save(folder/'bootstrap-icons.woff')
    alarm, star = '.bi-alarm::before { content: "\\f101"; }\n', '.bi-star::before { content: "\\f102"; }\n'
    (folder/'bootstrap-icons.css').write_text(f'.bi::before {{}}\n{alarm}{star}')
    (tmp_path/'index.html').write_text('<i class="bi bi-star"></i>')
    steps.icons(tmp_path)
    assert (folder/'bootstrap-icons.css').read_text() == f'.bi::before {{}}\n{star}'
    assert [*TTFont(folder/'bootstrap-icons.woff').getBestCmap()] == [0xf102]


def test_styles(tmp_path):
    (css := tmp_path/'site_libs/bootstrap/bootstrap-1.min.css').parent.mkdir(parents=True)
    css.write_text('a{top:0}.card{top:0}.btn,.card{top:0}.btn:not(.card){top:0}'
                   '@media print{.card{top:0}.btn{top:0}}')
    (tmp_path/'index.html').write_text('<a class="btn">')
    steps.styles(tmp_path)
    assert css.read_text() == 'a{top:0}.btn,.card{top:0}.btn:not(.card){top:0}@media print{.btn{top:0}}'
