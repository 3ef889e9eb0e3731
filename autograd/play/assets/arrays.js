// Arrays in a formula.

const missingArrays = () => fail("the page reads formulas over numbers alone; type it in a terminal: tracegrad step ...", null);
const withClasses = (name, operands, values) => values;
Object.assign(Calls.prototype, { bound() {}, item: missingArrays, attribute: missingArrays });
const structuralFunction = (name) => (values, named) => {
  const { a } = boundArguments(name, SIGNATURES[name], values, named);
  return TABLES.reduced.includes(name) && !isArray(numbersOf(a)) ? ofValue(name, a) : missingArrays();
};
const [stacked, arrayOf, ofArrays, broadcast, withArrays] = Array(5).fill(missingArrays);
