/**
 * Runs in the page, after uPlot: gives each chart a button that shows it as one that can be zoomed, by drag and by keys.
 * Everything it draws comes from the chart's own CSV link. Without JavaScript the pictures stand as they are.
 */
{
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const FONT = '12px system-ui, sans-serif';
  const STEP = 0.5;

  for (const figure of document.querySelectorAll('figure[data-x]')) enhance(figure);

  function enhance(figure) {
    const tools = figure.querySelector('.tools');
    const title = figure.querySelector('figcaption strong').textContent;
    const button = press(tools, 'Zoom', `Zoom: ${title.toLowerCase()}`, () => {
      if (figure.classList.toggle('zoomed')) open();
      else close();
      button.setAttribute('aria-expanded', String(figure.classList.contains('zoomed')));
    });
    button.setAttribute('aria-expanded', 'false');
    let shown = null;

    function open() {
      shown = zoomable(figure, title);
      addEventListener('resize', redraw);
      dark.addEventListener('change', redraw);
    }
    function close() {
      removeEventListener('resize', redraw);
      dark.removeEventListener('change', redraw);
      shown.remove();
    }
    function redraw() {
      shown.remove();
      shown = zoomable(figure, title);
    }
  }

  /** Colours are read when it is made: a change of theme makes it again. */
  function zoomable(figure, title) {
    const columns = read(figure.querySelector('a.csv').href);
    const isTime = figure.dataset.x === 'time';
    const half = isTime && columns[0].length > 1 ? (columns[0][1] - columns[0][0]) / 2 : 0;
    const xs = columns[0].map((x) => (isTime ? x + half : 1 / (1 - x / 100)));
    const whole = { min: isTime ? 0 : xs[0], max: isTime ? Number(figure.dataset.end) : xs.at(-1) };
    const showX = isTime ? clock : (x) => `${round(100 * (1 - 1 / x), 5)} %`;
    const showY =
      figure.dataset.y === 'us' ? duration : (v) => (v === null ? '–' : round(v, 4).toLocaleString('en'));

    const box = document.createElement('div');
    box.className = 'plot';
    const keys = document.createElement('div');
    keys.className = 'keys';
    box.append(keys);
    const move = (by, factor) => () => {
      const { min, max } = plot.scales.x;
      const at = isTime ? (v) => v : Math.log;
      const back = isTime ? (v) => v : Math.exp;
      const [low, high, from, to] = [at(min), at(max), at(whole.min), at(whole.max)];
      const width = Math.min(to - from, (high - low) * factor);
      const start = Math.min(to - width, Math.max(from, (low + high - width) / 2 + by * (high - low)));
      plot.setScale('x', { min: back(start), max: back(start + width) });
    };
    press(keys, '+', 'Zoom in', move(0, STEP));
    press(keys, '\u2212', 'Zoom out', move(0, 1 / STEP));
    press(keys, '\u25c0', isTime ? 'Earlier' : 'Left', move(-STEP, 1));
    press(keys, '\u25b6', isTime ? 'Later' : 'Right', move(STEP, 1));
    press(keys, 'All', 'Show all', () => plot.setScale('x', whole));
    const range = document.createElement('span');
    range.setAttribute('role', 'status');
    keys.append(range);
    figure.querySelector('.tools').after(box);

    const isLog = figure.dataset.log === 'true';
    const isDecade = (v) => Math.abs(Math.log10(v) - Math.round(Math.log10(v))) < 1e-9;
    const filter = (_, splits) => splits.map((v) => (!isLog || isDecade(v) ? v : null));
    const ink = { stroke: style('--quiet'), ticks: { show: false }, font: FONT };
    const grid = { stroke: style('--line'), width: 1 };
    const plot = new uPlot(
      {
        width: figure.clientWidth,
        height: figure.clientWidth < 500 ? 240 : 300,
        scales: {
          x: { time: false, distr: isTime ? 1 : 3, ...whole },
          y: isLog ? { distr: 3 } : { range: rangeFromZero },
        },
        axes: [
          {
            ...ink,
            grid,
            values: (_, ticks) => ticks.map((v) => (v === null ? '' : showX(v))),
            ...(!isTime && { splits: quantiles, filter: (_, ticks) => ticks }),
          },
          {
            ...ink,
            grid: { ...grid, filter },
            size: 62,
            values: (_, ticks) => ticks.map((v) => (v === null ? '' : showY(v))),
          },
        ],
        series: [
          { label: isTime ? 'at' : 'percentile', value: (_, v) => (v === null ? '–' : showX(v)) },
          ...figure.dataset.names
            .split('|')
            .map((name, i) => line(name, figure.dataset.tones.split(' ')[i], showY)),
        ],
        cursor: { drag: { x: true, y: false } },
        hooks: {
          drawClear: [(u) => shade(u, figure.dataset.bands)],
          setScale: [
            (u, key) => {
              const { min, max } = u.scales.x;
              if (key === 'x' && min !== null) range.textContent = `${showX(min)} to ${showX(max)}`;
            },
          ],
        },
      },
      [xs, ...columns.slice(1)],
      box,
    );
    const canvas = box.querySelector('canvas');
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', `${title}; its figures are in the table of data`);
    plot.setScale('x', whole);
    return {
      remove() {
        plot.destroy();
        box.remove();
      },
    };
  }

  /** 1/(1−q) at 25 %, 50 %, 75 %, then three for each nine. */
  const quantiles = (_, __, min, max) => {
    const all = [4 / 3, 2, 4];
    for (let x = 10; x <= max; x *= 10) all.push(x, 2 * x, 4 * x);
    return all.filter((x) => x >= min && x <= max);
  };

  const rangeFromZero = (_, __, max) => [0, max > 0 ? max * 1.05 : 1];

  function line(label, tone, show) {
    const dash = { c1: [7, 4], c3: [2, 4], c5: [9, 3, 2, 3], muted: [2, 5] }[tone];
    const stroke = style(tone === 'muted' ? '--quiet' : `--${tone}`);
    const points = { size: 4, fill: stroke };
    return { label, stroke, points, width: 1.75, value: (_, v) => show(v), ...(dash && { dash }) };
  }

  /** Faults, as in the picture: `from to, from to`, milliseconds. */
  function shade(u, bands) {
    if (!bands) return;
    u.ctx.fillStyle = style('--band');
    for (const band of bands.split(',')) {
      const [from, to] = band.split(' ').map((ms) => u.valToPos(Number(ms), 'x', true));
      const left = Math.max(u.bbox.left, from);
      const right = Math.min(u.bbox.left + u.bbox.width, Math.max(to, from + 2));
      if (right > left) u.ctx.fillRect(left, u.bbox.top, right - left, u.bbox.height);
    }
  }

  function read(href) {
    const text = decodeURIComponent(href.slice(href.indexOf(',') + 1));
    const [names, ...rows] = text
      .trimEnd()
      .split('\n')
      .map((row) => row.split(','));
    return names.map((_, i) => rows.map((row) => (row[i] === '' ? null : Number(row[i]))));
  }

  function press(into, text, label, act) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = text;
    button.setAttribute('aria-label', label);
    button.addEventListener('click', act);
    into.append(button);
    return button;
  }

  const round = (value, digits) => Number(value.toPrecision(digits));

  function duration(us) {
    if (us === null) return '–';
    if (us < 1_000) return `${round(us, 3)} µs`;
    return us < 1_000_000 ? `${round(us / 1_000, 3)} ms` : `${round(us / 1_000_000, 3)} s`;
  }

  function clock(ms) {
    const total = Math.round(ms / 100) / 10;
    const seconds = round(total % 60, 3);
    const shown = `${seconds < 10 ? '0' : ''}${seconds}`;
    const minutes = Math.floor(total / 60);
    return minutes < 60
      ? `${minutes}:${shown}`
      : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${shown}`;
  }
}
