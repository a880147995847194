import { type NameStep, readSteps, stepText } from "@llm-sim/events/naming";
import * as z from "zod";
import { type Noise, noiseSchema } from "./noise.ts";

/** One line of `observes`: a name, or a name with noise. */
const observedSchema = z.preprocess(
  (given) => (typeof given === "string" ? { variable: given } : given),
  z.strictObject({ variable: z.string().min(1), noise: noiseSchema.optional() }),
);
export const observesSchema = z.array(observedSchema);
export type Observes = z.input<typeof observesSchema>;
export type Observed = z.output<typeof observedSchema>;

/** Whose variables: the world's, the agent's own, anyone's, or those of the agent of this id. */
export type Whose = { of: "world" | "self" | "anyone" } | { of: "agent"; id: string };

/** Any one key. */
export const ANY = Symbol("any");
export type Step = string | typeof ANY;

/** What of the state may be seen: all that a name fits, and what lies below. */
export interface Grant {
  whose: Whose;
  steps: readonly Step[];
  noise?: Noise | undefined;
  /** As it was written. */
  name: string;
  /** Written without saying whose, so that it is the agent's own. */
  isBare: boolean;
  path: readonly (string | number)[];
}

/**
 * Reads a name as everywhere; what begins with neither `global`, `agents`, `*` nor an agent is the agent's own. `me` is all its own.
 *
 * @param ids the agents of the config
 * @throws NameError
 */
export function grantOf({ variable, noise }: Observed, path: Grant["path"], ids: ReadonlySet<string>): Grant {
  const steps = readSteps(variable);
  const [first, ...rest] = steps;
  const grant = (whose: Whose, own: readonly NameStep[], isBare = false): Grant => ({
    whose,
    steps: stepsOf(own),
    noise,
    name: variable,
    isBare,
    path,
  });
  if (first && !first.isQuoted) {
    if (first.text === "global") return grant({ of: "world" }, rest);
    if (first.text === "me") return grant({ of: "self" }, rest);
    if (first.text === "*") return grant({ of: "anyone" }, rest);
    if (first.text === "agents") return ofAgents(rest, ids, grant);
  }
  const agent = agentAt(steps, 1, ids);
  if (agent) return grant({ of: "agent", id: agent.id }, steps.slice(agent.steps));
  return grant({ of: "self" }, steps, true);
}

function ofAgents(
  steps: readonly NameStep[],
  ids: ReadonlySet<string>,
  grant: (whose: Whose, own: readonly NameStep[]) => Grant,
): Grant {
  const [first, ...rest] = steps;
  if (first === undefined || (first.text === "*" && !first.isQuoted)) return grant({ of: "anyone" }, rest);
  const agent = agentAt(steps, 0, ids) ?? { id: first.text, steps: 1 };
  return grant({ of: "agent", id: agent.id }, steps.slice(agent.steps));
}

/** The longest agent that the steps begin with, at least so many of them left over. */
function agentAt(
  steps: readonly NameStep[],
  left: number,
  ids: ReadonlySet<string>,
): { id: string; steps: number } | undefined {
  const quoted = steps.findIndex(({ isQuoted }) => isQuoted);
  const joinable = quoted === 0 ? 1 : quoted === -1 ? steps.length : quoted;
  for (let count = Math.min(joinable, steps.length - left); count > 0; count--) {
    const id = steps
      .slice(0, count)
      .map(({ text }) => text)
      .join(".");
    if (ids.has(id)) return { id, steps: count };
  }
  return undefined;
}

/** What a node's last step leaves open is all that is in the node. */
function stepsOf(steps: readonly NameStep[]): Step[] {
  const found = steps.map(({ text, isQuoted }): Step => (text === "*" && !isQuoted ? ANY : text));
  while (found.at(-1) === ANY) found.pop();
  return found;
}

/** The same variables, as they were written or not. */
export function sameReach(left: Grant, right: Grant): boolean {
  const id = ({ whose }: Grant) => (whose.of === "agent" ? whose.id : "");
  return (
    left.whose.of === right.whose.of &&
    id(left) === id(right) &&
    left.steps.length === right.steps.length &&
    left.steps.every((step, index) => step === right.steps[index])
  );
}

export function nameText(steps: readonly Step[]): string {
  return steps.map((step) => (step === ANY ? "*" : stepText(step))).join(".");
}
