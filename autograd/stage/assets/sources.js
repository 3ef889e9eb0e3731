// Which elements an element is made from, in both passes: a value from those of its operands, a
// gradient from those of the rows that its row went into.
const where = (map, at) => [...map.keys()].filter((k) => map[k] === at);

const sources = {
  // For each operand the places of its elements, and the pairs of places that a product sums.
  of(s, row, at) {
    const { op, args, kernel, attrs } = s.data.rows[row];
    if (!kernel) return { places: [], pairs: [] };
    const shapes = args.map((j) => asArray(s.values[j]).shape);
    if (isProduct(kernel)) return this.ofProduct(kernel, shapes, attrs, at);
    if (kernel === "moved") return { places: this.ofMove(shapes, attrs, at), pairs: [] };
    if (attrs.axes) {
      const map = attrs.shape.length === shapes[0].length && sizeOf(attrs.shape) === sizeOf(shapes[0])
        ? grouped(shapes[0], attrs.axes).map((to, k, all_) => (to === all_[at] ? at : -1)) : grouped(shapes[0], attrs.axes);
      return { places: [where(map, at)], pairs: [] };
    }
    return { places: R[op] ? shapes.map((shape) => [stretched(shape, attrs.shape)[at]]) : [], pairs: [] };
  },
  ofProduct(kernel, shapes, attrs, at) {
    const { operands, result, bias } = productMaps(kernel, shapes, attrs), products = where(result, at);
    return { places: [...operands.map((places) => products.map((k) => places[k])), ...bias.map((map) => [map[at]])], pairs: products.map((k) => operands.map((places) => places[k])) };
  },
  ofMove(shapes, { from }, at) {
    let place = from ? from[at] : at;
    return shapes.map((shape) => {
      const here = place >= 0 && place < sizeOf(shape) ? [place] : [];
      place -= sizeOf(shape);
      return here;
    });
  },

  // What a consumer sends to an element of one of its operands: the places of the consumer's
  // gradient, those of its other operands' values, and for each term its factors, as numbers;
  // null for terms that are no such products.
  back(s, consumer, slot, at) {
    const { op, args, kernel, attrs } = s.data.rows[consumer], upstream = asArray(s.gradients[consumer]).data;
    const shapes = args.map((j) => asArray(s.values[j]).shape), shape = asArray(s.values[consumer]).shape;
    const alone = (gradient) => ({ gradient, values: [], terms: gradient.map((k) => [upstream[k]]) });
    if (isProduct(kernel)) {
      const { operands, result, bias } = productMaps(kernel, shapes, attrs);
      if (!operands[slot]) return alone(where(bias[0], at));
      const products = where(operands[slot], at), others = operands.map((_, i) => i).filter((i) => i !== slot);
      const number = (i, k) => asArray(s.values[args[i]]).data[operands[i][k]];
      return {
        gradient: products.map((k) => result[k]),
        values: others.map((i) => [args[i], products.map((k) => operands[i][k])]),
        terms: products.map((k) => [upstream[result[k]], ...others.map((i) => number(i, k))]),
      };
    }
    if (kernel === "moved") {
      const before = shapes.slice(0, slot).reduce((sum, one) => sum + sizeOf(one), 0);
      return alone(attrs.from ? where(attrs.from, before + at) : [at]);
    }
    if (kernel === "sum") return alone([grouped(shapes[slot], attrs.axes)[at]]);
    if (attrs.axes) {
      const groups = grouped(shapes[slot], attrs.axes), same = sizeOf(shape) === groups.length;
      return { gradient: same ? where(groups, groups[at]) : [groups[at]], values: [], terms: null };
    }
    if (!R[op]) return { gradient: [], values: [], terms: null };
    const gradient = where(stretched(shapes[slot], attrs.shape), at), local = s.number(`l${consumer}.${slot}`);
    const factor = (k) => (typeof local === "number" ? local : local?.data[k]);
    const values = args.flatMap((j, i) => (i === slot ? [] : [[j, gradient.map((k) => stretched(shapes[i], attrs.shape)[k])]]));
    return { gradient, values, terms: local === undefined ? null : gradient.map((k) => [upstream[k], factor(k)]) };
  },
};

const isProduct = (kernel) => kernel === "product" || kernel === "linear";

// The maps of a product's factors, of its result, and of what is added to it.
function productMaps(kernel, shapes, attrs) {
  const factors = kernel === "linear" ? shapes.slice(0, 2) : shapes;
  return { ...productPlaces(factors, attrs), bias: shapes.slice(factors.length).map((shape) => stretched(shape, attrs.shape)) };
}

// W[0,1] for the second element of a matrix of two columns.
const element = (s, row, place) => {
  const { shape } = asArray(s.values[row]), strides = stridesOf(shape);
  return `${s.data.rows[row].name}[${shape.map((n, d) => Math.floor(place / strides[d]) % n).join(",")}]`;
};

// "1 · 0.5 + 2 · (-1)", the middle left out where it is long.
function sumText(terms) {
  const signed_ = (x) => (show(x).startsWith("-") ? `(${show(x)})` : show(x));
  const texts = terms.map((factors) => factors.map(signed_).join(" · "));
  return (texts.length > 8 ? [...texts.slice(0, 4), "…", ...texts.slice(-2)] : texts).join(" + ");
}
