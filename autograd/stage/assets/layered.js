// Places boxes in columns from left to right so that edges flow, with few crossings. An edge that
// passes columns has a place in each of them, so that it goes round the boxes there.
const SWEEPS = 8, LANE = 10; // the height that a passing edge needs

function layered(sizes, edges, gapX = 70, gapY = 22) {
  const n = sizes.length, rank = ranks(n, edges), after = [], before = [], column = [...rank], heights = sizes.map((size) => size[1]);
  const link = (a, b) => {
    (after[a] = after[a] || []).push(b);
    (before[b] = before[b] || []).push(a);
  };
  const chains = edges.map(([a, b]) => {
    const chain = [];
    for (let k = rank[a] + 1; k < rank[b]; k += 1) chain.push(heights.push(LANE) - 1), column.push(k);
    [a, ...chain, b].slice(1).forEach((to, i) => link([a, ...chain][i], to));
    return chain;
  });
  const count = heights.length, columns = [];
  for (let i = 0; i < count; i += 1) {
    after[i] = after[i] || [];
    before[i] = before[i] || [];
  }
  for (const i of fromTheEnd(count, before, after)) (columns[column[i]] = columns[column[i]] || []).push(i);
  const order = ordered(columns.filter(Boolean), after, before);
  const y = heightsOf(order, heights, after, before, n, gapY), x = [], wide = [];
  let left = 0;
  for (const members of order) {
    const width = Math.max(0, ...members.filter((i) => i < n).map((i) => sizes[i][0]));
    for (const i of members) {
      x[i] = i < n ? left + (width - sizes[i][0]) / 2 : left;
      wide[i] = width;
    }
    left += width + gapX;
  }
  let top = Infinity, bottom = -Infinity;
  y.forEach((v, i) => {
    top = Math.min(top, v - heights[i] / 2);
    bottom = Math.max(bottom, v + heights[i] / 2);
  });
  const ways = chains.map((chain) => chain.map((i) => [x[i], y[i] - top, wide[i]]));
  return { places: sizes.map((size, i) => [x[i], y[i] - size[1] / 2 - top]), ways, width: Math.max(0, left - gapX), height: bottom - top };
}

// The columns by the longest path; what nothing leads to stands beside the first that it leads to.
function ranks(n, edges) {
  const rank = new Array(n).fill(0), waiting = new Array(n).fill(0), after = rank.map(() => []), order = [];
  for (const [a, b] of edges) {
    after[a].push(b);
    waiting[b] += 1;
  }
  const first = waiting.map((number) => !number);
  for (let i = 0; i < n; i += 1) if (first[i]) order.push(i);
  for (let k = 0; k < order.length; k += 1) {
    for (const b of after[order[k]]) {
      rank[b] = Math.max(rank[b], rank[order[k]] + 1);
      if (!(waiting[b] -= 1)) order.push(b);
    }
  }
  for (let i = 0; i < n; i += 1) if (first[i] && after[i].length) rank[i] = Math.min(...after[i].map((b) => rank[b])) - 1;
  return rank;
}

// All places, each before what leads to it, operands in their order: trees come without crossings.
function fromTheEnd(n, before, after) {
  const seen = new Uint8Array(n), out = [];
  for (let i = n - 1; i >= 0; i -= 1) {
    const stack = after[i].length ? [] : [i];
    while (stack.length) {
      const here = stack.pop();
      if (seen[here]) continue;
      seen[here] = 1;
      out.push(here);
      for (const j of [...before[here]].reverse()) stack.push(j);
    }
  }
  return out;
}

// Sweeps to and fro put each place at the mean of its neighbours; the order with the fewest crossings
// is kept. Neighbours in a column that cross less the other way round change places.
function ordered(columns, after, before) {
  const place = [], number = (order) => { for (const members of order) members.forEach((i, k) => { place[i] = k; }); };
  const mean = (list) => list.reduce((sum, j) => sum + place[j], 0) / list.length;
  const inverted = (a, b) => a.reduce((sum, i) => sum + b.reduce((less, j) => less + (place[j] < place[i]), 0), 0);
  const crossings = (order) => order.reduce((sum, members) => {
    const ends = members.flatMap((i) => after[i].map((j) => place[j]).sort((a, b) => a - b));
    return sum + ends.reduce((more, end, k) => { for (let m = 0; m < k; m += 1) more += ends[m] > end; return more; }, 0);
  }, 0);
  const small = columns.reduce((sum, members) => sum + members.length, 0) < 1500;
  let order = columns.map((members) => [...members]), best = order, fewest = Infinity;
  for (let sweep = 0; sweep <= SWEEPS; sweep += 1) {
    number(order);
    const now = small || sweep === SWEEPS ? crossings(order) : Infinity;
    if (now < fewest) [best, fewest] = [order.map((members) => [...members]), now];
    if (!fewest || sweep === SWEEPS) break;
    const side = sweep % 2 ? after : before;
    for (const members of sweep % 2 ? [...order].reverse() : order) {
      const wish = new Map(members.map((i) => [i, side[i].length ? mean(side[i]) : place[i]]));
      members.sort((a, b) => wish.get(a) - wish.get(b) || place[a] - place[b]);
      members.forEach((i, k) => { place[i] = k; });
      for (let k = 1; small && k < members.length; k += 1) {
        const [a, b] = [members[k - 1], members[k]], gain = (list) => inverted(list[a], list[b]) - inverted(list[b], list[a]);
        if (gain(before) + gain(after) <= 0) continue;
        [members[k - 1], members[k], place[a], place[b]] = [b, a, k, k - 1];
      }
    }
  }
  return best;
}

// Heights near those of the neighbours, in the order and at least so far apart as the sizes say. In
// each column they are the nearest in the least squares: neighbours that are too near move together.
function heightsOf(order, heights, after, before, n, gap) {
  const y = [], apart = (a, b) => (heights[a] + heights[b]) / 2 + (a < n && b < n ? gap : gap / 2);
  for (const members of order) members.forEach((i, k) => { y[i] = k ? y[members[k - 1]] + apart(members[k - 1], i) : 0; });
  for (let sweep = 0; sweep < 2 * SWEEPS; sweep += 1) {
    const back = sweep % 2 === 1, whole = sweep >= 2 * SWEEPS - 4;
    for (const members of back ? [...order].reverse() : order) {
      const groups = [];
      let from = 0;
      members.forEach((i, k) => {
        if (k) from += apart(members[k - 1], i);
        const near = whole ? [...before[i], ...after[i]] : (back ? after : before)[i], firm = near.length ? near.reduce((sum, j) => sum + (i >= n && j >= n ? 8 : i >= n || j >= n ? 2 : 1), 0) : 0.01;
        const wish = near.length ? near.reduce((sum, j) => sum + y[j] * (i >= n && j >= n ? 8 : i >= n || j >= n ? 2 : 1), 0) / firm : y[i];
        let group = { weight: firm, sum: firm * (wish - from), parts: [[i, from]] };
        while (groups.length && groups.at(-1).sum / groups.at(-1).weight > group.sum / group.weight) {
          const other = groups.pop();
          group = { weight: group.weight + other.weight, sum: group.sum + other.sum, parts: [...other.parts, ...group.parts] };
        }
        groups.push(group);
      });
      for (const { weight, sum, parts } of groups) for (const [i, own] of parts) y[i] = sum / weight + own;
    }
  }
  return y;
}
