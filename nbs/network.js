// The 2-3-1 network: both passes, its picture, and the controls that turn and step through it.
'use strict';

// Both passes for one row: x (2), targ, w1 (2×3), b1 (3), w2 (3), b2. What ends in _g is a gradient.
function pass({x, targ, w1, b1, w2, b2}) {
  const l1 = b1.map((b, j) => x[0]*w1[0][j] + x[1]*w1[1][j] + b);
  const l2 = l1.map(z => Math.max(z, 0));
  const out = l2[0]*w2[0] + l2[1]*w2[1] + l2[2]*w2[2] + b2;
  const loss = (out - targ)**2;

  const out_g = 2*(out - targ);
  const w2_g = l2.map(h => h*out_g), b2_g = out_g, l2_g = w2.map(w => w*out_g);
  const l1_g = l2_g.map((g, j) => l1[j] > 0 ? g : 0);
  const w1_g = x.map(xi => l1_g.map(g => xi*g)), b1_g = l1_g;
  const x_g = w1.map(row => row[0]*l1_g[0] + row[1]*l1_g[1] + row[2]*l1_g[2]);
  return {l1, l2, out, loss, out_g, w2_g, b2_g, l2_g, l1_g, w1_g, b1_g, x_g};
}

const first = {x: [1, 2], targ: 2, w1: [[.5, -1, .3], [.4, .2, -.5]], b1: [.1, -.2, 1], w2: [.5, -.7, 1], b2: .2};
const shapes = {x: '(1,2)', w1: '(2,3)', b1: '(3,)', l1: '(1,3)', l2: '(1,3)', w2: '(3,1)', b2: '(1,)', out: '(1,1)', targ: '(1,)', loss: '()'};
const made = {l1: 1, l2: 2, out: 3, loss: 4, out_g: 5, w2_g: 6, b2_g: 6, l2_g: 6, l1_g: 7, w1_g: 8, b1_g: 8, x_g: 8};  // in which step

const show = v => String(Number(v.toPrecision(4))).replace('-', '−');
const brief = v => show(Math.abs(v) < 1 ? Number(v.toFixed(3)) || Number(v.toPrecision(1)) : v);  // in the picture: what is not 0 does not become 0
const times = v => v < 0 ? `(${show(v)})` : show(v);  // as a factor
const at = (v, i) => i.reduce((a, k) => a[k], v);
const entries = (v, i = []) => Array.isArray(v) ? v.flatMap((e, k) => entries(e, [...i, k])) : [i];  // the index of each number
const key = (name, i) => name.replace('_g', '.g') + (i.length ? `[${i}]` : '');
const kind = name => name.endsWith('_g') ? 'backward' : 'forward';
const width = w => Math.min(.7 + 1.5*Math.abs(w), 6);  // of the line of a weight

// The picture as SVG, from left to right or from top to bottom. A line is a weight, or a step from one tensor to the next.
function picture(vals, tall) {
  const s = {...vals, ...pass(vals)};
  const along = tall ? {x: 30, l1: 225, l2: 325, out: 495, loss: 585} : {x: 40, l1: 300, l2: 440, out: 630, loss: 765};
  const place = (name, j) => {
    const across = (tall ? 142 : 165) + (j - (entries(s[name]).length - 1)/2)*(tall ? 107 : 90);
    return tall ? [across, along[name]] : [along[name], across];
  };
  const num = (name, i) => `<tspan class="${kind(name)}" data-n="${key(name, i)}">${brief(at(s[name], i))}</tspan>`;
  const both = (name, i) => [name, name + '_g'].filter(n => n in s).map(n => num(n, i));
  const soft = word => `<tspan class="soft">${word}</tspan>`;
  const text = (x, y, parts, stacked, look = '') => `<text x="${x}" y="${y}" class="${look}">` +
    parts.map((p, k) => stacked && k ? `<tspan x="${x}" dy="14">${p}</tspan>` : p).join(stacked ? '' : '&#160; ') + '</text>';

  const line = (a, b, steps, w, i, t) => {
    const [[x1, y1], [x2, y2]] = [a, b], mid = (u, v) => Math.round(u + t*(v - u));
    return [`<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" data-at="${steps}"` +
      (w ? ` data-w="${key(w, i)}" stroke-width="${width(at(s[w], i))}"/>` : '/>'), w ? text(mid(x1, x2), mid(y1, y2) + 4, both(w, i), tall) : ''];
  };
  const lines = [
    ...entries(s.w1).map(([i, j]) => line(place('x', i), place('l1', j), '1,8', 'w1', [i, j], tall ? .48 + .2*(i == 0) : .66)),
    ...s.l1.map((_, j) => line(place('l1', j), place('l2', j), '2,7')),
    ...s.w2.map((_, j) => line(place('l2', j), place('out', 0), '3,6', 'w2', [j], .4)),
    line(place('out', 0), place('loss', 0), '4,5')];

  const nodes = Object.keys(along).flatMap(name => entries(s[name]).map((i, j) => {
    const [x, y] = place(name, j), more = {l1: 'b1', out: 'b2', loss: 'targ'}[name], parts = both(name, i);
    return `<circle cx="${x}" cy="${y}" r="27"/>` + text(x, parts.length > 1 ? y - 2 : y + 4, parts, true) +
      (!more ? '' : more == 'targ' ? text(tall ? x + 31 : x, tall ? y - 2 : y + 42, [soft(more), ...both(more, i)], tall, tall ? 'side' : '') :
        tall ? text(x + 31, y - 2, both(more, i), true, 'side') : text(x + 29, y + 20, [`${soft(more)} ${both(more, i)[0]}`, both(more, i)[1]], true, 'side'));
  }));
  const names = Object.keys(along), ops = ['lin', 'relu', 'lin', 'mse'];
  const heads = names.map((name, k) => {
    const here = along[name], between = (here + (along[names[k + 1]] ?? here))/2;
    if (!tall) return text(here, 22, [`${name} ${shapes[name]}`], false, 'head') + (ops[k] ? text(between, 22, [ops[k]], false, 'head soft') : '');
    return text(2, entries(s[name]).length > 2 ? here - 32 : here + 4, [name], false, 'head side') + (ops[k] ? text(288, between + 4, [ops[k]], false, 'head soft side') : '');
  });
  const [w, h] = tall ? [330, 615] : [810, 310];
  return `<svg class="${tall ? 'tall' : 'wide'}" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" xmlns="http://www.w3.org/2000/svg" role="img"><style>
    .paper, circle { fill: var(--paper, #fff); }  circle { stroke: var(--line, #767d85); stroke-width: 2; }
    line { stroke: var(--line, #767d85); }
    text { font: 13px ui-monospace, Menlo, Consolas, monospace; text-anchor: middle; fill: var(--ink, #212529); }
    text, tspan { paint-order: stroke; stroke: var(--paper, #fff); stroke-width: 5px; stroke-linejoin: round; }
    .head { font-size: 15px; }  .side { text-anchor: start; }  .soft { fill: var(--soft, #55606a); }
    .forward { fill: var(--forward, #0072b2); }  .backward { fill: var(--backward, #a84a00); }
  </style><rect class="paper" width="100%" height="100%" rx="6"/>${lines.map(l => l[0]).join('')}${lines.map(l => l[1]).join('')}${nodes.join('')}${heads.join('')}</svg>`;
}

// The picture as a file, with the first numbers.
const still = () => picture(first) + '\n';

// What happens in each step: the line of the book's code, the equation behind it (chapter, label, number), in words,
// and a line of arithmetic for each number that it makes.
const steps = [
  ['Before the first step', [], 'Only inputs, target, weights and biases are there. Press Next, or Play.', () => []],
  ['l1 = lin(x, w1, b1)', ['forward', 'eq-lin'], 'Each hidden number is a weighted sum of the inputs, plus a bias.',
    s => s.l1.map((z, j) => [`l1[${j}]`, `x[0]·w1[0,${j}] + x[1]·w1[1,${j}] + b1[${j}]`,
      `${show(s.x[0])}·${times(s.w1[0][j])} + ${times(s.x[1])}·${times(s.w1[1][j])} + ${times(s.b1[j])}`, z])],
  ['l2 = relu(l1)', ['forward', 'eq-relu'], 'What is positive stays, the rest becomes 0.',
    s => s.l2.map((h, j) => [`l2[${j}]`, `max(l1[${j}], 0)`, `max(${show(s.l1[j])}, 0)`, h])],
  ['out = lin(l2, w2, b2)', ['forward', 'eq-lin'], 'The output is a weighted sum of the hidden numbers, plus a bias.',
    s => [['out', 'l2[0]·w2[0] + l2[1]·w2[1] + l2[2]·w2[2] + b2',
      s.l2.map((h, j) => `${show(h)}·${times(s.w2[j])}`).join(' + ') + ` + ${times(s.b2)}`, s.out]]],
  ['loss = mse(out, targ)', ['loss', 'eq-mse'], 'The mean squared error. With a single row, the mean is the square itself.',
    s => [['loss', '(out − targ)²', `(${show(s.out)} − ${times(s.targ)})²`, s.loss]]],
  ['mse_grad(out, loss, targ)', ['backward', 'eq-mse-grad'], 'The way back begins with loss.g = 1. How fast does the loss rise with the output? Twice the residual over n, and n is 1 here.',
    s => [['out.g', '2·(out − targ)', `2·(${show(s.out)} − ${times(s.targ)})`, s.out_g]]],
  ['lin_grad(l2, out, w2, b2)', ['backward', 'eq-lin-grad-x', 'eq-lin-grad-w', 'eq-lin-grad-b'], 'The second layer takes out.g and gives three gradients: to its weights, its bias, and its inputs.',
    s => [...s.w2_g.map((g, j) => [`w2.g[${j}]`, `l2[${j}]·out.g`, `${show(s.l2[j])}·${times(s.out_g)}`, g]),
      ['b2.g', 'out.g', null, s.b2_g],
      ...s.l2_g.map((g, j) => [`l2.g[${j}]`, `out.g·w2[${j}]`, `${show(s.out_g)}·${times(s.w2[j])}`, g])]],
  ['relu_grad(l1, l2)', ['backward', 'eq-relu-grad'], 'The gradient passes where l1 is above 0. Elsewhere, and at exactly 0, it is 0.',
    s => s.l1_g.map((g, j) => [`l1.g[${j}]`, `l2.g[${j}]·[l1[${j}] > 0]`, `${show(s.l2_g[j])}·[${show(s.l1[j])} > 0]`, g])],
  ['lin_grad(x, l1, w1, b1)', ['backward', 'eq-lin-grad-x', 'eq-lin-grad-w', 'eq-lin-grad-b'], 'The first layer does as the second did. Now every weight, every bias and every input has its gradient.',
    s => [...entries(s.w1_g).map(([i, j]) => [`w1.g[${i},${j}]`, `x[${i}]·l1.g[${j}]`, `${show(s.x[i])}·${times(s.l1_g[j])}`, s.w1_g[i][j]]),
      ...s.b1_g.map((g, j) => [`b1.g[${j}]`, `l1.g[${j}]`, null, g]),
      ...s.x_g.map((g, i) => [`x.g[${i}]`, `l1.g[0]·w1[${i},0] + l1.g[1]·w1[${i},1] + l1.g[2]·w1[${i},2]`,
        s.l1_g.map((d, j) => `${j ? times(d) : show(d)}·${times(s.w1[i][j])}`).join(' + '), g])]],
];
const chapters = {forward: [2, 'Forward'], loss: [3, 'Loss'], backward: [4, 'Backward'], module: [7, 'Module']};
const equations = {'eq-lin': 1, 'eq-relu': 2, 'eq-mse': 1, 'eq-mse-grad': 2, 'eq-relu-grad': 3, 'eq-lin-grad-x': 4, 'eq-lin-grad-w': 5, 'eq-lin-grad-b': 6};
const anchors = {forward: 1, loss: 4, backward: 5, module: 8};  // at which step an address with # opens the page
const direction = step => step == 0 ? '' : step < 5 ? 'forward' : 'backward';

// The page. Where it has an element `forward`, all knobs and steps; else one knob, both passes done.
const $ = id => document.getElementById(id);
let vals = structuredClone(first), step = 8, losses = [], playing = null;

const knob = (name, i) => `<div class="knob"><label for="${key(name, i)}"><code>${key(name, i)}</code></label>` +
  `<input type="range" id="${key(name, i)}" min="-3" max="3" step="0.1">` +
  [name, name + '_g'].filter(n => n != 'targ_g').map(n => `<span class="num ${kind(n)}" data-n="${key(n, i)}"></span>`).join('') + '</div>';

const controls = `<section aria-label="Steps">
    <div class="bar"><button id="back">◀ Back</button><button id="play">Play</button><button id="next">Next ▶</button><button id="all">All steps</button>
      <label>Step <input id="step" type="range" min="0" max="8" step="1"></label></div>
    <p id="status" role="status"></p>
  </section>`;
const details = () => `<section aria-labelledby="line"><h2 id="line"></h2><p id="words"></p><ol class="formula" id="formula"></ol></section>
  <section aria-labelledby="h-knobs"><h2 id="h-knobs">Turn the knobs</h2>
    <p>Drag a slider, or focus it and press the arrow keys. Every number that a turn has changed is marked.</p>
    <div class="knobs">${Object.entries(first).map(([name, v]) => `<fieldset><legend><code>${name}</code> ${shapes[name]}</legend>
      ${entries(v).map(i => knob(name, i)).join('')}</fieldset>`).join('')}</div>
  </section>
  <section aria-labelledby="h-descend"><h2 id="h-descend">Downhill</h2>
    <p>A gradient says which way the loss rises. A <strong>gradient step</strong> takes every weight and bias a little the other way: <code>w = w − lr·w.g</code>.</p>
    <div class="bar"><button id="descend">Gradient step</button>
      <label for="lr">lr</label><input id="lr" type="number" min="0" max="1" step="0.01" value="0.01">
      <button id="reset">First numbers again</button></div>
    <p class="num" id="losses"></p>
  </section>`;

function render() {
  const s = {...vals, ...pass(vals)};
  let changed = 0;
  for (const [name, v] of Object.entries(s)) for (const i of entries(v)) {
    const text = (made[name] ?? 0) > step ? '?' : brief(at(v, i)), places = document.querySelectorAll(`[data-n="${key(name, i)}"]`);
    const is = text != '?' && places[0].textContent != text;
    changed += is;
    for (const e of places) { e.classList.toggle('changed', is); e.textContent = text; }
    for (const e of document.querySelectorAll(`[data-w="${key(name, i)}"]`)) e.setAttribute('stroke-width', width(at(v, i)));
    const knob = document.querySelector(`input[id="${key(name, i)}"]`);
    if (knob) { knob.value = at(v, i); knob.setAttribute('aria-valuetext', show(at(v, i))); }
  }
  const told = Object.entries(s).filter(([name]) => (made[name] ?? 0) <= step).map(([name, v]) => `${key(name, [])} ${[v].flat(2).map(brief).join(', ')}`);
  for (const e of document.querySelectorAll('.network svg')) e.setAttribute('aria-label', told.join('; '));
  if ($('formula')) explain(s);
  return {...s, changed};
}
function explain(s) {
  const [line, [chapter, ...labels], words, lines] = steps[step], way = direction(step);
  for (const e of document.querySelectorAll('[data-at]'))
    e.setAttribute('class', e.dataset.at.split(',').includes(String(step)) ? 'now ' + way : '');
  $('line').innerHTML = step ? `<code>${line}</code>` : line;
  $('words').textContent = words + ' ';
  if (chapter) {
    const [number, title] = chapters[chapter], page = '../book/' + ($('quarto-content') ? `${chapter}.html` : `0${number}_${chapter}.ipynb`);
    $('words').innerHTML += `Chapter ${number}, <em>${title}</em>, equation${labels.length > 1 ? 's' : ''} ` + labels.map(l => `<a href="${page}#${l}">(${equations[l]})</a>`).join(', ') + '.';
  }
  $('formula').innerHTML = lines(s).map(([name, symbols, nums, v]) =>
    `<li><span class="${way}">${name}</span> = ${symbols}${nums ? ' = ' + nums : ''} = <strong class="${way}">${show(v)}</strong></li>`).join('');
  $('step').value = step;
  $('step').setAttribute('aria-valuetext', `${step} of 8: ${line}`);
  $('losses').textContent = losses.length ? 'loss ' + losses.slice(-8).map(show).join(' → ') : '';
}
function go(to) {
  step = Math.min(Math.max(to, 0), 8);
  const lines = steps[step][3](render()), names = new Set(lines.map(([name]) => name.split('[')[0]));
  const results = lines.length > 3 ? [...names].join(', ') : lines.map(([name, , , v]) => `${name} = ${show(v)}`).join(', ');
  $('status').textContent = step ? `Step ${step} of 8, ${direction(step)}: ${results}.` : 'Step 0 of 8: nothing is computed yet.';
}
function play(on) {
  clearInterval(playing);
  playing = on ? setInterval(() => { go(step + 1); if (step == 8) play(false); }, 2000) : null;
  $('play').textContent = on ? 'Pause' : 'Play';
  if (on) go(step == 8 ? 0 : step + 1);
}
function turn({id, valueAsNumber}) {
  const [, name, i] = id.match(/^(\w+)(?:\[(.*)\])?$/);
  if (i === undefined) vals[name] = valueAsNumber;
  else { const path = i.split(','); at(vals[name], path.slice(0, -1))[path.at(-1)] = valueAsNumber; }
  losses = [];
  const {loss, changed} = render();
  $('status').textContent = `${id} is ${show(valueAsNumber)}` + (step < 4 ? '.' : `: the loss is ${show(loss)}. ${changed} numbers have changed.`);
}
function descend() {
  const before = pass(vals), lr = Math.min(Math.max($('lr').valueAsNumber || 0, 0), 1), down = (w, g) => Array.isArray(w) ? w.map((e, i) => down(e, g[i])) : w - lr*g;
  for (const name of ['w1', 'b1', 'w2', 'b2']) vals[name] = down(vals[name], before[name + '_g']);
  const {loss} = pass(vals);
  losses.push(...losses.length ? [loss] : [before.loss, loss]);
  step = 8;
  render();
  $('status').textContent = `Gradient step with lr ${show(lr)}: the loss ${loss < before.loss ? 'falls' : loss > before.loss ? 'rises' : 'stays'}, from ${show(before.loss)} to ${show(loss)}.`;
}

function start(figure) {
  const whole = $('forward'), caption = figure.querySelector('figcaption'), app = document.createElement('div');
  app.className = 'network';
  app.id = 'fig-network';
  app.innerHTML = (whole ? controls : '') + `<figure>${picture(vals)}${picture(vals, true)}${caption?.outerHTML ?? ''}</figure>` +
    (whole ? details() : knob('w1', [0, 0]) + '<p id="status" role="status">Turn this weight, and see every number that changes.</p>');
  (figure.closest('.cell') ?? figure).replaceWith(app);
  app.addEventListener('input', e => { if (/^(x|w|b|targ)/.test(e.target.id)) turn(e.target); });
  if (!whole) return render();

  const on = (id, f) => $(id).addEventListener('click', () => { if (id != 'play') play(false); f(); });
  on('back', () => go(step - 1));
  on('next', () => go(step + 1));
  on('all', () => go(8));
  on('play', () => play(!playing));
  on('descend', descend);
  on('reset', () => { vals = structuredClone(first); losses = []; go(step); });
  $('step').oninput = e => { play(false); go(e.target.valueAsNumber); };
  const open = () => { const to = anchors[location.hash.slice(1)]; if (to) { play(false); go(to); } };
  go(8);
  open();
  addEventListener('hashchange', open);
}
if (typeof document != 'undefined') start($('fig-network'));
