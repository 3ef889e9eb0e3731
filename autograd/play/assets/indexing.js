// The index of a formula, as between the brackets of W[0, 1:]: whole numbers, slices, lists.

const indexOf = () => missingArrays();
