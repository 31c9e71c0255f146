"""Follow every link and picture of the built site that stays on the site, anchors too; exit status 1 where one leads nowhere.

    python .ci/links.py [_docs]"""
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import yaml

root = Path(sys.argv[1] if len(sys.argv) > 1 else '_docs').resolve()
site = yaml.safe_load(Path('nbs/nbdev.yml').read_text(encoding='utf-8'))['website']['site-url'] + '/'


class Page(HTMLParser):
    "The anchors of a page, and where it points to"
    def __init__(self, path):
        super().__init__()
        self.ids, self.links = set(), set()
        self.feed(path.read_text(encoding='utf-8'))

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == 'id': self.ids.add(value)
            if name in ('href', 'src') and value: self.links.add(value)


pages = {path: Page(path) for path in root.rglob('*.html')}
broken = []
for path, page in pages.items():
    here = site + path.relative_to(root).as_posix()
    for link in page.links:
        address, anchor = urldefrag(urljoin(here, link))
        if not address.startswith(site): continue  # mail, data and other hosts
        target = root / unquote(address.removeprefix(site).split('?')[0])
        if target.is_dir(): target /= 'index.html'
        if not target.exists() or anchor and target in pages and unquote(anchor) not in pages[target].ids:
            broken.append(f'{path.relative_to(root)}: {link}')
print(*sorted(broken), sep='\n')
print(f'{len(pages)} pages, {len(broken)} broken links')
sys.exit(bool(broken) or not pages)
