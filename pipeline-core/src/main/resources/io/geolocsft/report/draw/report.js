'use strict';
(() => {
  const root = document.documentElement;

  const make = (name, attributes, ...content) => {
    const element = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    element.append(...content);
    return element;
  };
  const control = (text, name, style, action) => {
    const button = make('button', { type: 'button', class: style, 'aria-label': name, title: name }, text);
    button.addEventListener('click', action);
    return button;
  };
  const each = (selector, action) => document.querySelectorAll(selector).forEach(action);

  const theme = document.getElementById('theme');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  theme.hidden = false;
  theme.addEventListener('click', () => {
    const now = root.dataset.theme || (dark.matches ? 'dark' : 'light');
    root.dataset.theme = now === 'dark' ? 'light' : 'dark';
  });

  // Tables sort by a column: up, down, and as they were.
  const seconds = { h: 3600, min: 60 };
  // The number that a cell shows, of a change the new one, of a duration its seconds.
  const number = (cell) => {
    const text = [...cell.childNodes]
      .filter((part) => part.nodeName !== 'SMALL')
      .map((part) => part.textContent)
      .join('').split('\u2192').pop().replaceAll(',', '').replaceAll('\u2212', '-');
    const parts = [...text.matchAll(/(-?\d[\d.]*)\s*(h|min)?/g)];
    return parts.length ? parts.reduce((sum, part) => sum + part[1] * (seconds[part[2]] || 1), 0) : NaN;
  };
  const place = (row) => (row.matches('.group') ? -1 : row.matches('.difference') ? 1 : 0);
  const compare = (a, b, sign) => {
    if (a.tagName === 'TH') {
      return sign * a.textContent.localeCompare(b.textContent, 'en', { numeric: true });
    }
    const [one, other] = [number(a), number(b)];
    return isNaN(one) || isNaN(other) ? isNaN(one) - isNaN(other) : sign * (one - other);
  };
  each('table:not(.funnel), table.stages', (table) => {
    const bodies = [...table.tBodies].map((body) => [body, [...body.rows]]);
    const sort = (head) => {
      const now = head.getAttribute('aria-sort');
      table.querySelectorAll('[aria-sort]').forEach((other) => other.removeAttribute('aria-sort'));
      const sign = now === 'ascending' ? -1 : now === 'descending' ? 0 : 1;
      if (sign) {
        head.setAttribute('aria-sort', sign > 0 ? 'ascending' : 'descending');
      }
      const cell = (row) => row.cells[head.cellIndex];
      bodies.forEach(([body, rows]) => body.append(...rows.toSorted(
        (a, b) => place(a) - place(b) || (place(a) || !sign ? 0 : compare(cell(a), cell(b), sign)))));
    };
    table.querySelectorAll('thead th:not(.bar)').forEach((head) => {
      const button = make('button', { type: 'button', class: 'sort' }, ...head.childNodes);
      button.addEventListener('click', () => sort(head));
      head.append(button);
    });
  });

  // Maps zoom and move: by buttons and keys, by dragging, and by the wheel once they have the focus.
  const MOST = 16;
  const zoomable = (map) => {
    const { x: left, y: top, width, height } = map.viewBox.baseVal;
    let [scale, x, y] = [1, left, top];
    const show = () => {
      x = Math.min(Math.max(x, left), left + width - width / scale);
      y = Math.min(Math.max(y, top), top + height - height / scale);
      const shown = [x, y, width / scale, height / scale].map((side) => Number(side.toFixed(2)));
      map.setAttribute('viewBox', shown.join(' '));
      map.style.setProperty('--zoom', scale);
      box.classList.toggle('zoomed', scale > 1);
    };
    // By a factor around a point, given as shares of the map's sides.
    const zoom = (factor, across = 0.5, down = 0.5) => {
      const next = Math.min(Math.max(scale * factor, 1), MOST);
      x += across * width * (1 / scale - 1 / next);
      y += down * height * (1 / scale - 1 / next);
      scale = next;
      show();
    };
    const move = (across, down) => {
      x += across * width / scale;
      y += down * height / scale;
      show();
    };
    const whole = () => zoom(0);
    const keys = {
      '+': () => zoom(2), '=': () => zoom(2), '-': () => zoom(0.5), 0: whole,
      ArrowLeft: () => move(-0.125, 0), ArrowRight: () => move(0.125, 0),
      ArrowUp: () => move(0, -0.125), ArrowDown: () => move(0, 0.125),
    };
    const box = make('div', {
      class: 'zoom', tabindex: 0, role: 'group',
      'aria-label': 'Map: plus and minus zoom, arrows move, zero shows all of it',
    });
    map.replaceWith(box);
    box.append(map, make('div', { class: 'tools' },
      control('+', 'Zoom in', 'tool', () => zoom(2)),
      control('\u2212', 'Zoom out', 'tool', () => zoom(0.5)),
      control('0', 'Show the whole map', 'tool', whole)));
    box.addEventListener('keydown', (event) => {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (plain && event.key in keys && (scale > 1 || !event.key.startsWith('Arrow'))) {
        event.preventDefault();
        keys[event.key]();
      }
    });
    const share = (event) => {
      const area = map.getBoundingClientRect();
      return [(event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height];
    };
    map.addEventListener('wheel', (event) => {
      const out = event.deltaY > 0;
      if ((event.ctrlKey || box.contains(document.activeElement)) && !(out && scale === 1)) {
        event.preventDefault();
        zoom(2 ** (-event.deltaY / 300), ...share(event));
      }
    }, { passive: false });
    map.addEventListener('dblclick', (event) => zoom(2, ...share(event)));
    let held;
    map.addEventListener('pointerdown', (event) => {
      held = share(event);
      map.setPointerCapture(event.pointerId);
    });
    map.addEventListener('pointermove', (event) => {
      if (held && scale > 1) {
        const now = share(event);
        move(held[0] - now[0], held[1] - now[1]);
        held = now;
      }
    });
    ['pointerup', 'pointercancel'].forEach((end) => map.addEventListener(end, () => { held = null; }));
  };
  each('figure .map', zoomable);

  // A card's picture opens large, with its map.
  const dialog = make('dialog', { closedby: 'any' });
  document.body.append(dialog);
  const enlarge = (card, name) => {
    const parts = [...card.querySelectorAll('img, .map')].map((part) => part.cloneNode(true));
    const close = make('button', { type: 'button', class: 'close', autofocus: '' }, 'Close');
    close.addEventListener('click', () => dialog.close());
    dialog.setAttribute('aria-label', name);
    dialog.replaceChildren(make('p', {}, name), close, make('div', { class: 'large' }, ...parts));
    dialog.querySelectorAll('.map').forEach(zoomable);
    dialog.showModal();
  };
  each('.card', (card) => {
    const shown = card.querySelector('img, .map');
    if (shown) {
      const name = shown.getAttribute('alt') || shown.getAttribute('aria-label');
      const button = control('', 'Enlarge: ' + name, 'enlarge', () => enlarge(card, name));
      shown.replaceWith(button);
      button.append(shown);
    }
  });

  // A printed page shows everything.
  addEventListener('beforeprint', () => {
    each('details', (details) => { details.open = true; });
  });
})();
