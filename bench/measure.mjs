// What every bench shares: medians of alternating rounds, and a table of what came out.

/** The middle value; the mean of the two middle ones where their number is even. */
export function median(values) {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The value that `part` (0–1) of the sorted values do not exceed. */
export function percentile(values, part) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)];
}

/**
 * Runs every contestant once per round, in an order that turns by one each round, so that what else the machine does hits
 * all of them alike.
 *
 * @param contestants `{ name: async () => number }`
 * @returns `{ name: median }`
 */
export async function alternate(contestants, rounds) {
  const names = Object.keys(contestants);
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (let index = 0; index < names.length; index++) {
      const name = names[(index + round + names.length) % names.length];
      globalThis.gc?.();
      const value = await contestants[name]();
      if (round >= 0) results[name].push(value); // the first round only warms up
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(results[name])]));
}

/** Prints a ratio beside what it is held to. */
export function verdict(label, value, limit, unit = "×") {
  const shown = value >= 100 ? value.toFixed(0) : value.toPrecision(3);
  console.log(
    `  ${value <= limit ? "ok  " : "OVER"}  ${label.padEnd(62)} ${shown} ${unit}  (at most ${limit} ${unit})`,
  );
  return value <= limit;
}
