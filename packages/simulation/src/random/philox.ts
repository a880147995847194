/** What was drawn from a block, one word after the other. */
export type Block = [number, number, number, number];

/**
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC'11): a block of four
 * 32-bit words as a function of a key of two words and a counter of four. There is no state to carry on: a stream is its
 * key and the upper words of its counter, so that what one draws never moves another.
 *
 * @param block is overwritten with the four words
 */
export function philox(
  block: Block,
  key0: number,
  key1: number,
  counter: readonly [number, number, number, number],
): void {
  let [a, b, c, d] = counter;
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, a);
    const low0 = Math.imul(0xd2511f53, a);
    const high1 = multiplyHigh(0xcd9e8d57, c);
    const low1 = Math.imul(0xcd9e8d57, c);
    a = high1 ^ b ^ k0;
    b = low1;
    c = high0 ^ d ^ k1;
    d = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  block[0] = a >>> 0;
  block[1] = b >>> 0;
  block[2] = c >>> 0;
  block[3] = d >>> 0;
}

/** The upper 32 bits of a product of two unsigned words, by halves, as `Math.imul` gives the lower ones only. */
function multiplyHigh(left: number, right: number): number {
  const leftLow = left & 0xffff;
  const leftHigh = left >>> 16;
  const rightLow = right & 0xffff;
  const rightHigh = right >>> 16;
  const middle = leftHigh * rightLow + ((leftLow * rightLow) >>> 16);
  const other = leftLow * rightHigh + (middle & 0xffff);
  return (leftHigh * rightHigh + Math.floor(middle / 0x10000) + (other >>> 16)) | 0;
}
