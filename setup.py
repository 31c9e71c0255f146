"Everything that pyproject.toml leaves dynamic, read from settings.ini"
import re
from configparser import ConfigParser
from pathlib import Path
from setuptools import setup

parser = ConfigParser(delimiters='=')
parser.read('settings.ini', encoding='utf-8')
cfg = parser['DEFAULT']
name = cfg['lib_name']


def readme():
    "README.md with absolute addresses, since the package index has no files beside it"
    text = Path('README.md').read_text(encoding='utf-8')
    at = f'{cfg["user"]}/{cfg["repo"]}'
    text = re.sub(r'(!\[[^]]*\]\()(?![a-z]+:|#)', rf'\g<1>https://raw.githubusercontent.com/{at}/{cfg["branch"]}/', text)
    return re.sub(r'\]\((?![a-z]+:|#)', f'](https://github.com/{at}/blob/{cfg["branch"]}/', text)


setup(
    version=cfg['version'],
    author=cfg['author'],
    license_expression={'apache2': 'Apache-2.0'}[cfg['license']],
    keywords=cfg['keywords'].split(),
    classifiers=[
        {'3': 'Development Status :: 3 - Alpha', '4': 'Development Status :: 4 - Beta',
         '5': 'Development Status :: 5 - Production/Stable'}[cfg['status']],
        f'Intended Audience :: {cfg["audience"]}', f'Natural Language :: {cfg["language"]}',
        'Programming Language :: Python :: 3', 'Topic :: Scientific/Engineering :: Artificial Intelligence'],
    long_description=readme(),
    long_description_content_type='text/markdown',
    packages=[name],
    package_data={name: ['*.npz', '*.txt', '*.mplstyle', 'py.typed']},
    install_requires=cfg['requirements'].split(),
    extras_require={k.removesuffix('_requirements'): v.split() for k, v in cfg.items() if k.endswith('_requirements')},
    entry_points={'console_scripts': cfg['console_scripts'].split(), 'nbdev': [f'{name}={name}._modidx:d']},
)
