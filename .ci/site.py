"""Mend what Quarto and nbdev leave in the built site; each step says what that is. `.ci/site` calls it,
`.ci/test_site.py` tests it.

    python .ci/site.py [_docs]"""
import ast, json, re, sys
from collections import defaultdict
from os.path import relpath
from pathlib import Path
from urllib.parse import urldefrag

import tinycss2, yaml
from bs4 import BeautifulSoup
from fontTools import subset

# ---- one page: `soup` is its tree, `path` its place below the site's root ----


def rewrite(node, pattern, new):
    "`re.sub` in the HTML that a node holds, with its spaces, which the parser keeps only in `pre`."
    html = node.decode_contents()
    if (changed := re.sub(pattern, new, html)) != html:
        node.clear()
        node.extend([*BeautifulSoup(f'<pre>{changed}</pre>', 'html.parser').pre.contents])


def hosts(soup):
    "For a `text/html` output Quarto loads jQuery and RequireJS from another host; nothing here uses them."
    for script in soup('script'):
        if re.match('https?:', script.get('src', '')) or "define('jquery'" in script.text: script.decompose()


def card(soup, site, alt):
    "For the preview of a link Quarto takes a page's first picture, an SVG: here the one card."
    for meta in soup('meta'):
        kind = meta.get('property') or meta.get('name', '')
        if re.fullmatch('(og|twitter):image', kind): meta['content'] = f'{site}card.png'
        if re.fullmatch('(og|twitter):image:alt', kind): meta['content'] = alt


def skip(soup):
    "The first link of a page leads past the navigation."
    link = soup.new_tag('a', href=f"#{soup.main['id']}", attrs={'class': 'skip'})
    link.string = 'Skip to the text'
    soup.body.insert(0, link)


def title(soup):
    "A page is called what the sidebar calls it, in its heading and in the browser's tab."
    here, heading = soup.select_one('#quarto-sidebar .active .menu-text'), soup.select_one('h1.title')
    if not here or here.text == 'Front page': return
    soup.title.string = soup.title.text.replace(heading.text, here.text)
    heading.string = here.text


def comments(soup):
    "In a signature nbdev leaves a link in a comment as Markdown, address and all: here it is a link."
    for text in soup.select('main span.co'):
        rewrite(text, r'\[`([\w.()]+)`\]\((https?:[^\s)]+)\)', r'`<a href="\2"><code>\1</code></a>`')


def names(soup, path, symbols, chapters, root):
    """nbdev links a name that several modules have to the first of them, its source too. In a chapter, on its
    page at the edges, and below its name in the list of all functions, such a name means the chapter's own or
    what it imports, or else that of the last chapter before; elsewhere, that of *Module*. A method's name means
    the method, but for a page that exports a function of that name."""
    def known(*pages):
        last = next((page for page in pages if page in chapters), None)
        return {k: v for page in chapters[:chapters.index(last) + 1] for k, v in symbols[page].items()} if last else {}

    home = f"book/{Path(path).stem.removeprefix('edges_')}.html"
    methods = {name.split('.')[1] for page in symbols.values() for name in page if '.' in name}
    for link in soup.select('main a[href]:has(code)'):
        if not link['href'].startswith(root): continue
        section, name = link.find_parent(class_='level2'), link.text.removesuffix('()')
        own = known(f'book/{section.h2.text}.html' if section else '', home, 'book/module.html')
        if name in own: link['href'] = root + own[name][0]
        elif name in methods: link.unwrap()
    own = known(home)
    for link in soup.select('main p > a[style*="float:right"]'):
        name = link.find_next('h3').text
        if name in own: link['href'] = re.sub('[^/]+$', own[name][1], link['href'])


def unsourced(soup, exports):
    "What the page exports, and shows below its name without a link to its source"
    linked = {link.find_next('h3').text for link in soup.select('main p > a[style*="float:right"]')}
    return ({h3.text for h3 in soup('h3')} & exports.keys()) - linked


def nowhere(soup, root, anchors):
    "A link to an anchor that is not there, which nbdev makes of a private name, becomes text again."
    for link in soup.select('main a[href]:has(code)'):
        page, anchor = urldefrag(link['href'])
        there = anchors.get(page.removeprefix(root))
        if page.startswith(root) and anchor and there and anchor not in there: link.unwrap()


def relative(soup, path, root):
    "nbdev's links between pages name the host, and would leave a local preview."
    for link in soup.select(f'main a[href^="{root}"]'):
        link['href'] = relpath(link['href'].removeprefix(root), Path(path).parent)


def numbers(soup):
    "Pandoc writes an equation's number into the formula, beside it: here it stands at the right edge."
    for math in soup.select('span[id^="eq-"] > math'):
        row = math.semantics.mrow
        space, *number = row.find_all(recursive=False)[-4:]
        shown = ''.join(n.text for n in number)
        if not re.fullmatch(r'\(\d+\)', shown): continue
        for gone in space, *number: gone.decompose()
        math.annotation.string = re.sub(r'\s*\\q?quad\s*\{?\(\d+\)\}?\s*$', '', math.annotation.text)
        math.wrap(soup.new_tag('span', attrs={'class': 'formula'}))
        math.parent.insert_after(BeautifulSoup(f'<span class="number">{shown}</span>', 'html.parser'))


def equations(soup, path, labels):
    """In a docstring `@eq-…` and `equation (3) of *Backward*`, and in prose the word *equation* linked to
    another page, become a link with number and page."""
    found = {f'{number} of {name}': label for label, (_, number, name) in labels.items()}
    names = '|'.join(sorted({name for *_, name in labels.values()}, key=len, reverse=True))

    def link(label):
        page, number, name = labels[label]
        where = relpath(page, Path(path).parent)
        return f'{where}#{label}', f'equation {number}' + f' of {name}' * (page != path)

    for a in soup.select('main a[href*="#eq-"]'):
        if a.text.lower() == 'equation': a['href'], a.string = link(urldefrag(a['href'])[1])
    for text in soup.select('main :is(span.co, section.level3 > p)'):
        rewrite(text, rf'@(eq-[\w-]+)|equation (\(\d+\) of )(?:\*|<em>)?({names})\b(?:\*|</em>)?',
                lambda m: '<a href="{}">{}</a>'.format(*link(m[1] or found[m[2] + m[3]])))


def ids(soup):
    "A cell may be called what a heading is called: a link means the heading."
    for cell in soup.select('main .cell[id]'):
        if len(soup(id=cell['id'])) > 1: del cell['id']


def once(soup):
    """nbdev puts a function's signature and docstring above its code: where that code is open, it says them
    itself. Where they stay, the first line of a docstring is in italics and the others are not: none is."""
    for heading in soup.select('section.level3 > h3'):
        above = heading.find_next_siblings(limit=2)
        if len(above) < 2 or not re.match('(def|class) ', above[0].text.strip()) or not above[1].em: continue
        code = heading.parent.select_one('.cell > .code-copy-outer-scaffold .cell-code, .cell > .cell-code')
        if code and re.search(rf'^(def|class) {re.escape(heading.text)}\b', code.text, re.M):
            for node in above: node.decompose()
        else:
            for em in above[1]('em'): em.unwrap()  # an emphasis within makes two of the one


def put_away(nodes, kind, text):
    "Fold `nodes`, neighbours, under `text`."
    html = f'<details class="{kind}"><summary>{text}</summary></details>'
    nodes[0].insert_before(details := BeautifulSoup(html, 'html.parser').details)
    for node in nodes: details.append(node.extract())


def fold(soup):
    """What proves something may be long. On a page with over 100 lines of code, tables and prints of over 15
    lines start folded, and code of over 8; on a page with over 500, code of over 3. The code of an exercise
    stays open: it is what has to be filled in or mended."""
    def lines(node): return node.text.count('\n') + 1

    codes = soup.select('main .cell-code')
    total = sum(map(lines, codes))
    if total <= 100: return
    limit = 3 if total > 500 else 8
    long = [(code, 'code-fold', f'Code, {lines(code)} lines') for code in codes
            if lines(code) > limit and not code.find_parent(id='exercises')]
    long += [(output, 'code-fold', f'Output, {lines(output)} lines')
             for output in soup.select('main .cell-output > pre') if lines(output) > 15]
    long += [(table, 'long', f"Table, {(n := len(table.select('tbody tr')))} row{'s' * (n > 1)}")
             for table in soup.select('main table') if len(table.select('tbody :is(tr, li)')) > 15]
    for node, kind, text in long:
        box = node.find_parent(class_='code-copy-outer-scaffold') or node  # with the button that copies
        if not node.find_parent('details'): put_away([box], kind, text)


def entries(soup):
    "The page of reference opens as a list of names, module by module; all about them is folded under these."
    for section in soup.select('section.level2:has(> section.level3)'):
        names = ', '.join(h3.text for h3 in section('h3'))
        put_away([section.hr, *section.hr.find_next_siblings()], 'entries', names)


def answers(soup):
    "The page of answers opens as a list of exercises; the checks of each chapter are folded under its own."
    for section in soup.select('section.level2:has(> section.level3)'):
        titles = [h3.text for h3 in section('h3') if ' ' in h3.text]  # the others name a function
        if titles: put_away([*section.h2.find_next_siblings()], 'entries', ' · '.join(titles))


def phone(soup, folder, least=.54):
    "A figure shrinks with the screen, down to 54%, where its text is still legible; then its box scrolls."
    for img in soup.select('main img[src$=".svg"]'):
        width = re.search(r'<svg[^>]*? width="([\d.]+)pt"', (folder/img['src']).read_text(encoding='utf-8'))
        if width: img['style'] = f'min-width:{float(width[1])*96/72*least:.0f}px'


def columns(soup):
    "A printed table, known by its rule of dashes, keeps its columns: too wide for the screen, it scrolls."
    for code in soup.select('main .cell-output pre > code'):
        if re.search(r'^-+( +-+)+ *$', code.text, re.M): code.parent['class'] = ['columns']


# ---- the whole site ----


def symbols(folder):
    "For each page, what it exports or has from another module: a name's page and anchor, and its file and line"
    pages, homes, imported = defaultdict(dict), {}, []
    for path in sorted(folder.glob('[!_]*.py')):
        lines = path.read_text(encoding='utf-8').splitlines()
        for node in ast.parse('\n'.join(lines)).body:
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.ImportFrom)): continue
            above = '\n'.join(lines[:node.lineno])
            page = re.findall(r'^# %% \.\./nbs/(\w+/)(?:\d+_)?(\w+)\.ipynb', above, re.M)[-1]
            page = ''.join(page) + '.html'
            if isinstance(node, ast.ImportFrom):
                if node.level: imported += [(page, f'{node.module}.py', alias.name) for alias in node.names]
                continue
            homes[path.name, node.name] = page
            methods = [(f'{node.name}.{n.name}', n) for n in node.body if isinstance(n, ast.FunctionDef)]
            for name, n in [(node.name, node), *methods]:
                pages[page][name] = f'{page}#{name.lower()}', f'{path.name}#L{n.lineno}'
    for page, module, name in imported:
        if home := homes.get((module, name)): pages[page].setdefault(name, pages[home][name])
    return pages


def search(pages):
    """Quarto indexes code, printed tables and every formula twice. Here stands the prose of a page, of each
    section and of each function."""
    index = []
    for path, soup in pages.items():
        main = BeautifulSoup(str(soup.main), 'html.parser').main
        name = main.h1.extract().text
        gone = 'pre, table, annotation, nav, script, summary, a[style], a[role], p:has(> a[href$=".ipynb"])'
        for node in main.select(gone): node.decompose()
        found = []
        for section in [*reversed(main.select('section[id]')), main]:  # the inner before the outer
            heading = section.find(['h2', 'h3', 'h4'], recursive=False)
            text = heading.extract().text if heading else ''
            href = path if section is main else f"{path}#{section['id']}"
            found.append(dict(objectID=href, href=href, title=name, section=text, crumbs=[name],
                              text=' '.join(section.extract().text.split())))
        index += reversed(found)
    return index


def llms(docs, soup, site, about):
    "Quarto lists a page only where its text has the page's name; nbdev takes the number off one of the two."
    for path in docs.rglob('[0-9]*.llms.md'): path.rename(path.with_name(re.sub(r'^\d+_', '', path.name)))
    lines = [f'# {about["title"]}', '', f'> {about["description"]}', '']
    for item in soup.select('#quarto-sidebar li'):
        text = item.select_one('.menu-text').text.strip()
        page = item.a and item.a['href'].removeprefix('./').replace('.html', '.llms.md')
        lines.append(f'- [{text}]({site}{page})' if page else f'\n## {text}\n')
    (docs/'llms.txt').write_text('\n'.join(lines) + '\n', encoding='utf-8')


def icons(docs):
    "Of Quarto's 2,000 icons a page sends those that some page shows, 3 KB instead of 190."
    css = docs/'site_libs/bootstrap/bootstrap-icons.css'
    font = str(css.with_suffix('.woff'))
    others = [p for p in docs.rglob('*') if p.suffix in ('.html', '.js', '.css') and p != css]
    used = {name for p in others for name in re.findall(r'\bbi-[\w-]+', p.read_text(encoding='utf-8'))}
    rule = re.compile(r'\.(bi-[\w-]+)::before \{ content: "\\(\w+)"; \}\n')
    text = css.read_text(encoding='utf-8')
    css.write_text(rule.sub(lambda m: m[0] if m[1] in used else '', text), encoding='utf-8')
    options = subset.Options(flavor='woff')
    small = subset.load_font(font, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[int(code, 16) for name, code in rule.findall(text) if name in used])
    subsetter.subset(small)
    subset.save_font(small, font, options)


def styles(docs):
    "Of Bootstrap's rules a page sends those whose classes some page or script names."
    scripts = [p for p in docs.rglob('*') if p.suffix in ('.html', '.js')]
    used = {word for p in scripts for word in re.findall(r'[\w-]+', p.read_text(encoding='utf-8'))}

    def kept(rules):
        for rule in rules:
            if rule.type == 'qualified-rule':
                selectors = re.sub(r':not\([^)]*\)', '', tinycss2.serialize(rule.prelude)).split(',')
                if not any(set(re.findall(r'\.([a-z][\w-]*)', s)) <= used for s in selectors): continue
            elif rule.type == 'at-rule' and rule.lower_at_keyword == 'media':
                inner = ''.join(kept(tinycss2.parse_rule_list(rule.content)))
                yield f'@media{tinycss2.serialize(rule.prelude)}{{{inner}}}'
                continue
            yield rule.serialize()

    for css in docs.glob('site_libs/bootstrap/bootstrap*.min.css'):
        rules = tinycss2.parse_stylesheet(css.read_text(encoding='utf-8'), skip_comments=True)
        css.write_text(''.join(kept(rules)), encoding='utf-8')


def main(docs):
    config = [Path(f'nbs/{name}.yml').read_text(encoding='utf-8') for name in ('_quarto', 'nbdev')]
    about = {key: value for text in config for key, value in yaml.safe_load(text)['website'].items()}
    site = about['site-url'] + '/'
    pages = {}
    for path in sorted(docs.rglob('*.html')):
        soup = BeautifulSoup(path.read_text(encoding='utf-8'), 'html.parser')
        if soup.select_one('meta[name=generator]'):  # made by Quarto
            pages[path.relative_to(docs).as_posix()] = soup
    anchors = {path: {node['id'] for node in soup.select('[id]')} for path, soup in pages.items()}
    exported = symbols(Path('mlp_foundations'))
    chapters = [f'book/{p.stem[3:]}.html' for p in sorted(Path('nbs/book').glob('[0-9]*.ipynb'))]
    labels = {}
    for path, soup in pages.items():
        hosts(soup)
        card(soup, site, about['image-alt'])
        skip(soup)
        title(soup)
        comments(soup)
        names(soup, path, exported, chapters, site)
        if lost := unsourced(soup, exported[path]): sys.exit(f'{path}: no link to the source of {lost}')
        nowhere(soup, site, anchors)
        relative(soup, path, site)
        numbers(soup)
        if re.match('proof/|reference/(?!judge_your_own)|teaching/answers', path): fold(soup)
        if path == 'reference/functions.html': entries(soup)
        if path == 'teaching/answers.html': answers(soup)
        ids(soup)
        once(soup)
        phone(soup, (docs/path).parent)
        columns(soup)
        for number in soup.select('span[id^="eq-"] > .number'):
            labels[number.parent['id']] = path, number.text, re.sub(r'^\d+ ', '', soup.h1.text)
    for path, soup in pages.items():
        equations(soup, path, labels)
        (docs/path).write_text(str(soup), encoding='utf-8')
    index = search({path: soup for path, soup in pages.items() if path != '404.html'})
    (docs/'search.json').write_text(json.dumps(index, ensure_ascii=False), encoding='utf-8')
    llms(docs, pages['index.html'], site, about)
    icons(docs)
    styles(docs)


if __name__ == '__main__': main(Path(sys.argv[1] if len(sys.argv) > 1 else '_docs'))
