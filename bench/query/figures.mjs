/** How long `work` takes, in milliseconds; and what it gives. */
export async function timed(work) {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export const median = (values) => quantile(values, 0.5);

export function show(ms) {
  if (Number.isNaN(ms) || ms === undefined) return "–";
  if (ms < 0.1) return `${(ms * 1000).toFixed(1)} µs`;
  if (ms < 10) return `${ms.toFixed(2)} ms`;
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** Prints rows as a Markdown table. */
export function table(rows) {
  const columns = Object.keys(rows[0]);
  console.log(`| ${columns.join(" | ")} |\n| ${columns.map(() => "---").join(" | ")} |`);
  for (const row of rows) console.log(`| ${columns.map((column) => row[column] ?? "–").join(" | ")} |`);
}

/** A requirement and whether the figure keeps it. */
export function judged(name, value, limit, unit = "") {
  return {
    requirement: name,
    measured: `${value.toPrecision(3)}${unit}`,
    limit: `≤ ${limit}${unit}`,
    kept: value <= limit ? "yes" : "NO",
  };
}
