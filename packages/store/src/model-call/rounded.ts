/** Adding doubles leaves digits that nobody meant: a millionth of a millionth of a dollar is none. */
export function rounded(sum: number): number {
  return Number(sum.toPrecision(12));
}
