// Expressions that a learner types: 1 - out*out, 2x, exp(-a)/b, o², 0,5·a. They are read here, since
// the page runs no code but its own, and are the same where they agree at several points.
const FUNCTIONS = {
  ln: Math.log, arcsin: Math.asin, arccos: Math.acos, arctan: Math.atan, arcsinh: Math.asinh, arccosh: Math.acosh, arctanh: Math.atanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};
for (const name of "exp expm1 log log1p log2 log10 sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh sqrt cbrt abs sign floor".split(" ")) FUNCTIONS[name] = Math[name];
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

// A function of the values of `names`, with `fixed` where none of them stands in it; null for what
// cannot be read.
function typedExpression(text, names) {
  const known = [...names].sort((a, b) => b.length - a.length);
  let rest = text.replace(/[−–]/g, "-"), used = false;
  const skip = () => { rest = rest.trimStart(); };
  const take = (pattern) => {
    skip();
    const found = pattern.exec(rest);
    if (found) rest = rest.slice(found[0].length);
    return found && found[0];
  };
  const word = /^[\p{L}_]/u, joined = /^[\p{L}\p{Nd}_]/u;

  function atom() {
    const number = take(/^(\d+([.,]\d+)?|[.,]\d+)(e[+-]?\d+)?(?![.,\d])/i);
    if (number) return () => Number(number.replace(",", "."));
    if (take(/^\(/)) {
      const inner = sum();
      return inner && take(/^\)/) ? inner : null;
    }
    skip();
    const name = known.find((one) => rest.startsWith(one) && !(joined.test(rest.slice(one.length)) && joined.test(one.slice(-1))));
    if (name) {
      rest = rest.slice(name.length);
      used = true;
      return (values) => values[name];
    }
    const called = take(/^[a-z]+\d*(?=\s*\()/i), act = called && Object.hasOwn(FUNCTIONS, called.toLowerCase()) && FUNCTIONS[called.toLowerCase()];
    const inner = act ? atom() : null;
    if (inner) return (values) => act(inner(values));
    return take(/^(pi|π)(?![\p{L}\p{Nd}_])/u) ? () => Math.PI : null;
  }
  function power() {
    const base = atom();
    if (!base) return null;
    const raised = take(/^⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/), sign = raised ? "" : take(/^(\*\*|\^)/);
    if (raised) {
      const whole = Number(raised.replace("⁻", "-").replace(/[^-]/g, (c) => RAISED.indexOf(c)));
      return (values) => base(values) ** whole;
    }
    if (!sign) return base;
    const exponent = signed();
    return exponent && ((values) => base(values) ** exponent(values));
  }
  function signed() {
    const sign = take(/^[+-]/), inner = sign ? signed() : power();
    return sign === "-" ? inner && ((values) => -inner(values)) : inner;
  }
  function product() {
    let left = signed();
    while (left) {
      skip();
      const sign = take(/^(\*(?!\*)|[·×/])/) || (word.test(rest) || rest[0] === "(" ? "*" : null); // 2x
      if (!sign) break;
      const a = left, b = signed();
      left = b && (sign === "/" ? (values) => a(values) / b(values) : (values) => a(values) * b(values));
    }
    return left;
  }
  function sum() {
    let left = product();
    for (let sign; left && (sign = take(/^[+-]/));) {
      const a = left, b = product();
      left = b && (sign === "-" ? (values) => a(values) - b(values) : (values) => a(values) + b(values));
    }
    return left;
  }

  const value = sum();
  skip();
  return value && !rest && text.length < 200 ? Object.assign(value, { fixed: !used }) : null;
}

const near = (a, b) => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b));

// A question for a local derivative: what its rule gives at its points, and what an expression does.
function localDerivative({ op, slot, names, points }) {
  const rule = R[op], own = ["a", "b", "c"].slice(0, names.length - 1), known = new Map();
  [...own, "out"].forEach((name, k) => known.set(name, k));
  names.forEach((name, k) => known.set(name, k));
  const places = points.map((point) => {
    const operands = ofNumbers.operands({ op }, point), out = rule.value(...operands);
    return { values: [...point, out], right: rule.partials[slot](out, ...operands) };
  }).filter(({ right }) => Math.abs(right) < Infinity);
  const at_ = (expression) => places.map(({ values }) => expression(Object.fromEntries([...known].map(([name, k]) => [name, values[k]]))));
  return {
    read: (text) => typedExpression(text, known.keys()),
    at: at_,
    right: places.map((place) => place.right),
  };
}
const agree = (a, b) => a.length > 0 && a.every((x, k) => near(x, b[k]));
