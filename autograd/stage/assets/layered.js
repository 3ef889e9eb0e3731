// Places boxes in columns from left to right so that edges flow, with few crossings: ranks by the
// longest path, an order by the mean of the neighbours, and heights near the neighbours' mean.
function layered(sizes, edges, gapX = 70, gapY = 22) {
  const n = sizes.length, after = sizes.map(() => []), before = sizes.map(() => []);
  for (const [a, b] of edges) {
    after[a].push(b);
    before[b].push(a);
  }
  const rank = new Array(n).fill(0), waiting = before.map((list) => list.length), order = [];
  for (let i = 0; i < n; i += 1) if (!waiting[i]) order.push(i);
  for (let k = 0; k < order.length; k += 1) {
    for (const b of after[order[k]]) {
      rank[b] = Math.max(rank[b], rank[order[k]] + 1);
      if (!(waiting[b] -= 1)) order.push(b);
    }
  }
  for (const i of [...order].reverse()) if (after[i].length && !before[i].length) rank[i] = Math.min(...after[i].map((b) => rank[b])) - 1;
  const columns = [];
  for (let i = 0; i < n; i += 1) (columns[rank[i]] = columns[rank[i]] || []).push(i);
  const place = new Array(n);
  const number = () => { for (const column of columns) (column || []).forEach((i, k) => { place[i] = k; }); };
  const mean = (list, of) => list.reduce((sum, i) => sum + of(i), 0) / list.length;
  number();
  for (let sweep = 0; sweep < 6; sweep += 1) {
    const side = sweep % 2 ? after : before;
    for (const column of sweep % 2 ? [...columns].reverse() : columns) {
      const wish = new Map((column || []).map((i) => [i, side[i].length ? mean(side[i], (j) => place[j] / Math.max(1, columns[rank[j]].length - 1 || 1)) : place[i] / Math.max(1, column.length - 1)]));
      column?.sort((a, b) => wish.get(a) - wish.get(b) || a - b);
    }
    number();
  }
  const x = new Array(n), y = new Array(n);
  let left = 0;
  for (const column of columns) {
    if (!column) continue;
    const wide = Math.max(...column.map((i) => sizes[i][0]));
    let top = -column.reduce((sum, i) => sum + sizes[i][1] + gapY, -gapY) / 2;
    for (const i of column) {
      x[i] = left + (wide - sizes[i][0]) / 2;
      y[i] = top + sizes[i][1] / 2;
      top += sizes[i][1] + gapY;
    }
    left += wide + gapX;
  }
  // Each column moves towards its neighbours and keeps its order and its distances.
  for (let sweep = 0; sweep < 6; sweep += 1) {
    const side = sweep % 2 ? after : before;
    for (const column of sweep % 2 ? [...columns].reverse() : columns) {
      if (!column) continue;
      const wish = column.map((i) => (side[i].length ? mean(side[i], (j) => y[j]) : y[i]));
      const low = [], high = [];
      column.forEach((i, k) => { low[k] = Math.max(wish[k], k ? low[k - 1] + (sizes[column[k - 1]][1] + sizes[i][1]) / 2 + gapY : -Infinity); });
      for (let k = column.length - 1; k >= 0; k -= 1) high[k] = Math.min(wish[k], k < column.length - 1 ? high[k + 1] - (sizes[column[k + 1]][1] + sizes[column[k]][1]) / 2 - gapY : Infinity);
      column.forEach((i, k) => { y[i] = (low[k] + high[k]) / 2; });
    }
  }
  const top = Math.min(...y.map((v, i) => v - sizes[i][1] / 2)), bottom = Math.max(...y.map((v, i) => v + sizes[i][1] / 2));
  return { places: sizes.map((size, i) => [x[i], y[i] - size[1] / 2 - top]), width: Math.max(0, left - gapX), height: bottom - top };
}
