import { didYouMean, isNameError } from "@llm-sim/events/naming";
import { isPlainObject, type World } from "../world/index.ts";
import { ANY, type Grant, grantOf, nameText, type Observed, type Step, sameReach } from "./grant.ts";
import { Sight } from "./sight.ts";

type Path = readonly (string | number)[];

/** Agents of one kind, and what they may see. */
export interface ObservingEntry {
  ids: readonly string[];
  type: string;
  observes?: readonly Observed[] | undefined;
  /** Its place: `["agents", 0]`. */
  path: Path;
}

/** What is said to be visible cannot be so. */
export class SightError extends Error {
  readonly path: Path;

  constructor(path: Path, problem: string) {
    super(problem);
    this.name = "SightError";
    this.path = path;
  }
}

/**
 * @param ofAll what those see of whom nothing else is said
 * @param aliases other names of types
 * @returns who sees what; nothing, where nothing is said
 * @throws SightError where a name cannot be read, or is there twice
 */
export function sightsOf(
  ofAll: readonly Observed[] | undefined,
  entries: readonly ObservingEntry[],
  aliases: Readonly<Record<string, string>> = {},
): Sights | undefined {
  if (!ofAll && entries.every(({ observes }) => !observes)) return undefined;
  const known = new Set(entries.flatMap(({ ids }) => ids));
  const common = ofAll && sightOf(ofAll, ["observes"], known);
  const byType = new Map<string, Sight | undefined>();
  const kinds = entries.map(({ ids, type, observes, path }) => {
    const sight = observes ? sightOf(observes, [...path, "observes"], known) : common;
    if (!byType.has(type)) byType.set(type, sight);
    return { ids, sight };
  });
  for (const [alias, type] of Object.entries(aliases)) {
    byType.set(alias, byType.has(type) ? byType.get(type) : common);
  }
  return new Sights(kinds, byType, common);
}

function sightOf(observes: readonly Observed[], path: Path, known: ReadonlySet<string>): Sight {
  const grants: Grant[] = [];
  for (const [index, observed] of observes.entries()) {
    const at = [...path, index];
    const grant = grantAt(observed, at, known);
    const other = grants.find((before) => sameReach(before, grant));
    if (other) throw new SightError(at, `${grant.name} is there already, as ${other.name}`);
    grants.push(grant);
  }
  return new Sight(grants);
}

function grantAt(observed: Observed, path: Path, known: ReadonlySet<string>): Grant {
  try {
    return grantOf(observed, path, known);
  } catch (error) {
    if (!isNameError(error)) throw error;
    throw new SightError(path, `expected a variable's name (${error.message})`);
  }
}

/** Who sees what of the state. */
export class Sights {
  readonly #kinds: readonly { sight: Sight | undefined; ids: readonly string[] }[];
  readonly #byAgent: ReadonlyMap<string, Sight | undefined>;
  readonly #byType: ReadonlyMap<string, Sight | undefined>;
  readonly #common: Sight | undefined;

  constructor(
    kinds: readonly { sight: Sight | undefined; ids: readonly string[] }[],
    byType: ReadonlyMap<string, Sight | undefined>,
    common: Sight | undefined,
  ) {
    this.#kinds = kinds;
    this.#byAgent = new Map(kinds.flatMap(({ sight, ids }) => ids.map((id) => [id, sight] as const)));
    this.#byType = byType;
    this.#common = common;
  }

  /**
   * What an agent may see; nothing, where that is for the engine to say.
   *
   * @param type of one that came later, which sees what the first of its type in the config does
   */
  of(agentId: string, type?: string): Sight | undefined {
    if (this.#byAgent.has(agentId)) return this.#byAgent.get(agentId);
    return type !== undefined && this.#byType.has(type) ? this.#byType.get(type) : this.#common;
  }

  /**
   * Holds what is said to the state at set-up.
   *
   * @returns names that fit nothing there, one line each
   * @throws SightError where noise is on what is no number, or a name that fits nothing of the agent's fits the world's
   */
  check(world: World): string[] {
    return this.#kinds.flatMap(({ sight, ids }) =>
      (sight?.grants ?? []).flatMap((grant) => {
        const nodes = partsOf(grant, ids, world).flatMap((part) => nodesAt(part, grant.steps));
        const isBlurred = (value: unknown) => typeof value === "number" || value === null;
        const wrong = grant.noise && nodes.flatMap(leaves).find((value) => !isBlurred(value));
        if (wrong !== undefined) {
          const shown = JSON.stringify(wrong);
          throw new SightError(grant.path, `noise is for numbers, and ${grant.name} is ${shown} at set-up`);
        }
        return nodes.length > 0 ? [] : [unknown(grant, ids, world)];
      }),
    );
  }
}

/** What a person is told of a name that fits nothing at set-up. */
function unknown(
  { steps, name, isBare, path }: Grant,
  [who = "nobody"]: readonly string[],
  world: World,
): string {
  const own = nameText(steps);
  if (isBare && nodesAt(world.global, steps).length > 0) {
    throw new SightError(
      path,
      `${name} is ${who}'s own, and ${who} has none at set-up: the world's is global.${own}, and me.${own} is the agent's for sure`,
    );
  }
  const [first] = steps;
  const near =
    isBare && typeof first === "string" ? didYouMean(first, Object.keys(world.agents[who] ?? {})) : "";
  return `${path.join(".")} names ${name}, which nothing has after the set-up${near}`;
}

/** The parts of the state in which a name is looked for. */
function partsOf({ whose }: Grant, ids: readonly string[], { global, agents }: World): object[] {
  switch (whose.of) {
    case "world":
      return [global];
    case "anyone":
      return Object.values(agents);
    case "agent":
      return [agents[whose.id]].filter((part) => part !== undefined);
    default:
      return ids.flatMap((id) => agents[id] ?? []);
  }
}

function nodesAt(node: unknown, [step, ...deeper]: readonly Step[]): unknown[] {
  if (step === undefined) return [node];
  if (!isPlainObject(node)) return [];
  if (step === ANY) return Object.values(node).flatMap((member) => nodesAt(member, deeper));
  return Object.hasOwn(node, step) ? nodesAt(node[step], deeper) : [];
}

function leaves(node: unknown): unknown[] {
  return isPlainObject(node) ? Object.values(node).flatMap(leaves) : [node];
}
