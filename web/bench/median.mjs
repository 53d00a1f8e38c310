/**
 * The middle one of a list of numbers.
 *
 * @param {number[]} numbers
 */
export function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
