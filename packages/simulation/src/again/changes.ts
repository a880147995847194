import type { Intervention } from "@llm-sim/events/run";
import { canonicalJson } from "@llm-sim/events/state";
import type { Override } from "../config/index.ts";
import { InterventionError } from "../intervene/index.ts";
import type { Simulation, SimulationChange } from "../run/index.ts";
import { isPlainObject } from "../world/index.ts";
import type { RecordedRun } from "./recorded-run.ts";

/** Of an agent's entry, what is of the beginning, and would make nothing otherwise later. */
const OF_BEGINNING = ["name", "count", "initial_state", "observes", "state_variables"];

/**
 * What a run goes on as from turn to turn, where interventions made settings of its config others.
 *
 * @throws InterventionError where a setting cannot be another once the run has begun; ConfigError where a config is wrong
 */
export async function changesOfConfig(
  { simulation, load }: Pick<RecordedRun, "simulation" | "load">,
  interventions: readonly Intervention[],
): Promise<SimulationChange[]> {
  const changes: SimulationChange[] = [];
  const overrides: Override[] = [];
  let before = simulation;
  for (const { turn, config = [] } of interventions.toSorted((a, b) => a.turn - b.turn)) {
    if (config.length === 0) continue;
    overrides.push(
      ...config.map(({ path, value }) => ({
        path,
        value,
        source: `--config ${path}=${JSON.stringify(value)}`,
      })),
    );
    const now = await load(overrides);
    changes.push({ turn, simulation: now, anew: anewIn(before, now) });
    before = now;
  }
  return changes;
}

/** What has to be made anew where one simulation goes on as another. */
function anewIn(before: Simulation, now: Simulation): SimulationChange["anew"] {
  const names = new Set([...Object.keys(before.config), ...Object.keys(now.config)]);
  for (const part of names)
    if (isOther(before.config[part], now.config[part])) refuseFixed(part, before, now);
  const [were, are] = [entriesOf(before), entriesOf(now)];
  const agents = new Set<string>();
  let place = 0;
  for (const [index, entry] of are.entries()) {
    const old = were[index];
    const fixed = OF_BEGINNING.find((name) => isOther(old?.[name], entry[name]));
    if (fixed !== undefined || were.length !== are.length)
      throw fixedSetting(
        `agents.${String(entry.name)}.${fixed ?? "name"}`,
        "set variables with --set instead",
      );
    const count = typeof entry.count === "number" ? entry.count : 1;
    const ids = now.agents.slice(place, place + count).map(({ id }) => id);
    place += count;
    if (isOther(old, entry)) for (const id of ids) agents.add(id);
  }
  return {
    engine: isOther(before.config.engine, now.config.engine),
    validator: isOther(before.config.validator, now.config.validator),
    agents,
  };
}

const WHY_FIXED: Readonly<Record<string, string>> = {
  events: "how it is recorded stays as it is",
  state_variables: "what variables may be is said for the whole run",
  observes: "who sees what is said for the whole run",
  agent_types: "who can come is said for the whole run",
};

function refuseFixed(part: string, before: Simulation, now: Simulation): void {
  if (part === "simulation") {
    for (const name of ["name", "seed"])
      if (isOther(memberOf(before, name), memberOf(now, name)))
        throw fixedSetting(`simulation.${name}`, "it is the whole run's");
    return;
  }
  const reason = WHY_FIXED[part];
  if (reason !== undefined) throw fixedSetting(part, reason);
}

function memberOf({ config: { simulation } }: Simulation, name: string): unknown {
  return isPlainObject(simulation) ? simulation[name] : undefined;
}

function fixedSetting(path: string, reason: string): InterventionError {
  return new InterventionError(
    `${path} cannot be another from a turn on: ${reason}; settings of engine, validator, agents, llm and simulation.turns can`,
  );
}

function entriesOf({ config: { agents } }: Simulation): Record<string, unknown>[] {
  return Array.isArray(agents) ? agents.map((entry) => ({ ...Object(entry) })) : [];
}

function isOther(one: unknown, other: unknown): boolean {
  return canonicalText(one) !== canonicalText(other);
}

function canonicalText(value: unknown): string {
  return value === undefined ? "" : canonicalJson(JSON.parse(JSON.stringify(value)));
}
