const BARS = "▁▂▃▄▅▆▇█";

/**
 * Numbers as bars of one height each, `▁▃▆█`; of more numbers than there are cells evenly some. What is not there is a space.
 *
 * @param range of the lowest and the highest bar
 */
export function sparkline(
  values: readonly (number | null)[],
  { least, greatest }: { least: number; greatest: number },
  cells: number,
): string {
  const width = Math.min(cells, values.length);
  return Array.from({ length: width }, (_, cell) => {
    const at = width === 1 ? 0 : Math.round((cell * (values.length - 1)) / (width - 1));
    const value = values[at];
    if (value === undefined || value === null) return " ";
    const part = greatest > least ? (value - least) / (greatest - least) : 0;
    return BARS[Math.min(BARS.length - 1, Math.max(0, Math.round(part * (BARS.length - 1))))] ?? " ";
  }).join("");
}
