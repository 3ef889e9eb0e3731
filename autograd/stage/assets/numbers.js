// Four significant digits, as everywhere in the library.
function show(value) {
  if (value === 0) return "0";
  if (value !== value) return "nan";
  if (Math.abs(value) === Infinity) return value > 0 ? "inf" : "-inf";
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) {
    const [digits, power] = value.toExponential(3).split("e");
    return `${Number(digits)}e${power[0]}${power.slice(1).padStart(2, "0")}`;
  }
  return size >= 9999.5 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}

// The label of an edge, and the plate behind it as wide as it is now.
function label(edge, text) {
  if (edge.local.textContent === text) return;
  edge.local.textContent = text;
  if (!edge.plate) return;
  const width = text.length * 6.4 + 8;
  edge.plate.setAttribute("x", Number(edge.local.getAttribute("x")) - width / 2);
  edge.plate.setAttribute("width", width);
}
