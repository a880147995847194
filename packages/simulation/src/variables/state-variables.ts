import { variableText } from "@llm-sim/events/naming";
import type { JsonValue } from "@llm-sim/events/schema";
import type { Outcome, World } from "../world/index.ts";
import { type Declaration, expectedText } from "./declaration.ts";
import { DeclaredPart, type Violation } from "./declared-part.ts";
import { StateVariableError } from "./state-variable-error.ts";

export type Declarations = Readonly<Record<string, Declaration>>;

/** What a config declares of its state. */
export interface StateVariables {
  readonly global: DeclaredPart;
  /** Of agents of which nothing else is said. */
  readonly agents: DeclaredPart;
  /** By agent, where its entry says something of its own. */
  readonly byAgent: ReadonlyMap<string, DeclaredPart>;
  /** By type, for agents that come later: as the first entry of that type. */
  readonly byType: ReadonlyMap<string, DeclaredPart>;
}

/** An entry of the config's agents, or one agent of a definition. */
export interface DeclaringEntry {
  ids: readonly string[];
  type: string;
  state_variables?: Declarations | undefined;
  /** Its place: `["agents", 0]`. */
  path: readonly (string | number)[];
}

/**
 * @param aliases other names of types
 * @returns what was declared; nothing, where nothing was
 * @throws DeclarationError where what is said of some agents does not go with what is said of all
 */
export function stateVariables(
  { global = {}, agents = {} }: { global?: Declarations | undefined; agents?: Declarations | undefined },
  entries: readonly DeclaringEntry[],
  aliases: Readonly<Record<string, string>> = {},
): StateVariables | undefined {
  const ofAll = new DeclaredPart(agents, ["state_variables", "agents"]);
  const byAgent = new Map<string, DeclaredPart>();
  const byType = new Map<string, DeclaredPart>();
  for (const { ids, type, state_variables: own, path } of entries) {
    const part = own ? new DeclaredPart(own, [...path, "state_variables"], ofAll) : ofAll;
    if (!byType.has(type)) byType.set(type, part);
    if (own) for (const id of ids) byAgent.set(id, part);
  }
  for (const [alias, type] of Object.entries(aliases)) byType.set(alias, byType.get(type) ?? ofAll);
  const ofWorld = new DeclaredPart(global, ["state_variables", "global"]);
  const isEmpty = ofWorld.isEmpty && [ofAll, ...byAgent.values()].every((part) => part.isEmpty);
  return isEmpty ? undefined : { global: ofWorld, agents: ofAll, byAgent, byType };
}

/** A variable: whose, `undefined` for the world's, and its name. */
interface Place {
  agentId: string | undefined;
  name: string;
}

/** Holds the state of one run to what was declared. */
export class DeclaredState {
  readonly #declared: StateVariables;
  readonly #agents: Map<string, DeclaredPart>;

  constructor(declared: StateVariables) {
    this.#declared = declared;
    this.#agents = new Map(declared.byAgent);
  }

  /** An agent that is not in the config comes: from here on it is held to what was declared for its type. */
  admit(agentId: string, type: string): void {
    this.#agents.set(agentId, this.#declared.byType.get(type) ?? this.#declared.agents);
  }

  /** An agent's part, with the defaults of what it has not. */
  filledPart(agentId: string, part: object): object {
    return this.#ofAgent(agentId).filled(part);
  }

  /** A first state, with the defaults of what it has not. */
  filled({ global, agents }: World): World {
    const parts = Object.entries(agents).map(([id, part]) => [id, this.filledPart(id, part)] as const);
    return { global: this.#declared.global.filled(global), agents: Object.fromEntries(parts) };
  }

  /**
   * Looks at a whole state; at what JSON cannot carry it does not.
   *
   * @throws StateVariableError where something in it is not as it was declared
   */
  checkAll({ global, agents }: World): void {
    for (const [id, part] of [[undefined, global] as const, ...Object.entries(agents)]) {
      const [first, ...more] = this.#of(id).violations(part);
      if (first) throw this.#error(first, id, null, more.length);
    }
  }

  /** @throws StateVariableError where something that was written is not as it was declared */
  check({ changes, assigned }: Outcome): void {
    let first: (Violation & { agent_id: string | undefined; old: JsonValue }) | undefined;
    let more = 0;
    for (const { agent_id, variable_name: name, new_value: value, old_value: old, change } of changes) {
      if (change === "removed") continue;
      const violation = this.#of(agent_id).against(name, value);
      if (!violation) continue;
      if (first) more++;
      else first = { ...violation, agent_id, old };
    }
    for (const { agent_id, name, isNode, isGone } of assigned) {
      if (first) break;
      if (!isNode || isGone || name === "") continue;
      const violation = this.#of(agent_id).againstNode(name);
      if (violation) first = { ...violation, agent_id, old: null };
    }
    if (first) throw this.#error(first, first.agent_id, first.old, more);
  }

  /** Whether something was declared of a variable. */
  declares({ agentId, name }: Place): boolean {
    return this.#of(agentId).declares(name);
  }

  #error(
    { declared, name, value }: Violation,
    agentId: string | undefined,
    old: JsonValue,
    more: number,
  ): StateVariableError {
    return new StateVariableError({
      variable: this.nameOf({ agentId, name }),
      value,
      old,
      expected: expectedText(declared.says),
      path: declared.path,
      more,
    });
  }

  /** As names are written: `alice.wealth`, `global.price`. */
  nameOf({ agentId: agent_id, name: variable_name }: Place): string {
    if (agent_id === undefined) return `global.${variable_name}`;
    return variableText({ agent_id, variable_name }, { has: (id) => id === agent_id });
  }

  #of(agentId: string | undefined): DeclaredPart {
    return agentId === undefined ? this.#declared.global : this.#ofAgent(agentId);
  }

  #ofAgent(agentId: string): DeclaredPart {
    return this.#agents.get(agentId) ?? this.#declared.agents;
  }
}
