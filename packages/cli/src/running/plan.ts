import type { JsonValue } from "@llm-sim/events/schema";
import type { Override, Setting } from "@llm-sim/simulation";

/** One run that is to be made. */
export interface Job {
  /** What sets it apart from the batch's others: `seed=3 engine.params.rate=0.02` */
  label: string;
  overrides: readonly Override[];
  /** Of `--seeds`; absent where the config says it. */
  seed?: number;
  /** What was set, by path. */
  settings: Readonly<Record<string, JsonValue>>;
}

/** One job for each combination of the settings' values and the seeds; the seeds change fastest. */
export function planJobs(
  common: readonly Override[],
  settings: readonly Setting[],
  seeds: readonly number[] | undefined,
): Job[] {
  let combinations: Override[][] = [[]];
  for (const { path, values } of settings) {
    combinations = combinations.flatMap((before) =>
      values.map((value) => [...before, { path, value, source: `--set ${path}=${shown(value)}` }]),
    );
  }
  // A setting of one value is the same in all runs: it tells nothing apart.
  const varied = new Set(settings.filter(({ values }) => values.length > 1).map(({ path }) => path));
  return combinations.flatMap((combination) => {
    const own = combination
      .filter(({ path }) => varied.has(path))
      .map(({ path, value }) => `${path}=${shown(value)}`);
    const set = Object.fromEntries(combination.map(({ path, value }) => [path, value]));
    if (!seeds) return [{ label: own.join(" "), overrides: [...common, ...combination], settings: set }];
    return seeds.map((seed) => ({
      seed,
      settings: set,
      label: [`seed=${seed}`, ...own].join(" "),
      overrides: [
        ...common,
        ...combination,
        { path: "simulation.seed", value: seed, source: `--seeds ${seed}` },
      ],
    }));
  });
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
