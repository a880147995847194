/** CRC-32's polynomial, its bits from the lowest power on. */
const POLYNOMIAL = 0xedb88320;
const BITS = 32;

/**
 * The CRC-32 of two texts one behind the other, by that of each: the first is moved on by as many zero bytes as the second has.
 * (M. Adler's crc32_combine; a step for each bit of the length.)
 *
 * @param length of the second, in bytes
 */
export function joinedChecksum(first: number, second: number, length: number): number {
  if (length === 0) return first;
  // What one zero bit does to the register, as a matrix of 32 columns.
  let odd = new Uint32Array(BITS);
  odd[0] = POLYNOMIAL;
  for (let bit = 1; bit < BITS; bit++) odd[bit] = 2 ** (bit - 1);
  let even = squared(odd); // two zero bits
  odd = squared(even); // four
  let moved = first;
  for (let left = length; left > 0; left = Math.floor(left / 2)) {
    even = squared(odd); // a byte, then two, four, eight …
    if (left % 2 === 1) moved = times(even, moved);
    [odd, even] = [even, odd];
  }
  return (moved ^ second) >>> 0;
}

function times(matrix: Uint32Array, vector: number): number {
  let sum = 0;
  for (let bit = 0, rest = vector; rest !== 0; bit++, rest >>>= 1) if (rest & 1) sum ^= matrix[bit] ?? 0;
  return sum >>> 0;
}

function squared(matrix: Uint32Array): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(matrix, (column) => times(matrix, column));
}
