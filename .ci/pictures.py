"""Draw the site's own two pictures: nbs/card.png, which stands beside a shared link, and nbs/favicon.svg.

    python .ci/pictures.py"""
import os
from pathlib import Path

import matplotlib
matplotlib.use('agg')
import matplotlib.pyplot as plt

os.chdir(Path(__file__).resolve().parent.parent)
plt.style.use('mlp_foundations.book')
plt.rcParams['figure.constrained_layout.use'] = False
outline = dict(boxstyle='round,pad=.5', fc='white', ec='0.3', lw=2)


def arrow(ax, start, end, color, lw):
    ax.annotate('', end, start, arrowprops=dict(arrowstyle='-|>', color=color, lw=lw, mutation_scale=8*lw, shrinkA=0, shrinkB=0))


def card():
    "1200 × 630 pixels: the name, and the network with its gradients"
    fig = plt.figure(figsize=(12, 6.3), dpi=100)
    ax = fig.add_axes([0, 0, 1, 1], xlim=(0, 12), ylim=(0, 6.3))
    ax.axis('off')
    ax.text(.8, 5.15, 'mlp_foundations', size=52, weight='bold', va='center')
    ax.text(.8, 4.25, 'A neural network\'s forward and backward pass\nwritten by hand, every gradient proven', size=27, va='center', color='0.25')
    steps = 'x', 'lin', 'relu', 'lin', 'mse', 'loss'
    for i, name in enumerate(steps):
        ax.text(1.2 + 1.9*i, 1.9, name, size=25, ha='center', va='center', bbox=outline if 0 < i < 5 else None)
    for i in range(len(steps) - 1):
        left, right = 1.2 + 1.9*i + .66, 1.2 + 1.9*(i+1) - .66
        arrow(ax, (left, 2.1), (right, 2.1), 'C0', 4)
        arrow(ax, (right, 1.7), (left, 1.7), 'C1', 4)
    ax.text(6, .75, 'forwards', size=22, ha='right', color='C0', weight='bold')
    ax.text(6.3, .75, 'and back', size=22, ha='left', color='C1', weight='bold')
    fig.savefig('nbs/card.png', metadata={'Software': None})


def favicon():
    "An arrow there and an arrow back"
    fig = plt.figure(figsize=(1, 1))
    ax = fig.add_axes([0, 0, 1, 1], xlim=(0, 1), ylim=(0, 1))
    ax.axis('off')
    arrow(ax, (.05, .68), (.97, .68), 'C0', 7)
    arrow(ax, (.95, .28), (.03, .28), 'C1', 7)
    fig.savefig('nbs/favicon.svg', transparent=True, metadata={'Date': None})


card()
favicon()
