import { didYouMean } from "@llm-sim/events/naming";
import type { MemoryKind } from "@llm-sim/events/run";
import * as z from "zod";
import {
  type Agent,
  type AgentSetup,
  type AgentType,
  declaredMemory,
  declaredSchema,
  makeAgent,
} from "../agent/index.ts";

/** The types of agents that a simulation names, so that agents of them can come while it runs. */
export class AgentTypes {
  /** `undefined` for a name that stands for several. */
  readonly #codes = new Map<string, AgentType | undefined>();

  /** A type by the name it has in the config; the same code under one name counts once. */
  add(name: string, code: AgentType): void {
    const isOther = this.#codes.has(name) && this.#codes.get(name) !== code;
    this.#codes.set(name, isOther ? undefined : code);
  }

  /** A type by a name of its own, which stands for nothing else. */
  name(name: string, code: AgentType): void {
    this.#codes.set(name, code);
  }

  /**
   * Makes an agent.
   *
   * @param setup `params` as they are given: what the type's `static params` makes of them is what the agent gets
   * @throws Error where there is no such type, or the params do not fit it
   */
  make(type: string, setup: AgentSetup): Agent {
    const code = this.#of(type);
    const schema = declaredSchema(code, "params");
    if (!schema) return makeAgent(code, setup);
    const parsed = z.safeParse(schema, setup.params);
    if (!parsed.success) throw new Error(`of type ${type}: ${problemOf("params", parsed.error)}`);
    return makeAgent(code, { ...setup, params: parsed.data });
  }

  /** What agents of each type declare to keep from turn to turn. */
  memories(): Record<string, MemoryKind> {
    const named = [...this.#codes].flatMap(([name, code]) =>
      code ? [[name, declaredMemory(code)] as const] : [],
    );
    return Object.fromEntries(named);
  }

  #of(type: string): AgentType {
    const code = this.#codes.get(type);
    if (code !== undefined) return code;
    if (this.#codes.has(type)) {
      throw new Error(
        `there are several types of agents called ${JSON.stringify(type)}: give them names under agent_types`,
      );
    }
    const names = [...this.#codes.keys()];
    const known = names.length === 0 ? "names none" : `names ${names.join(", ")}`;
    throw new Error(
      `there is no type of agents ${JSON.stringify(type)}: the simulation ${known}${didYouMean(type, names)}; name it under agent_types`,
    );
  }
}

/** `params.share: Too small: expected number to be >0` */
export function problemOf(what: string, { issues: [issue] }: z.core.$ZodError): string {
  const where = [what, ...(issue?.path.map(String) ?? [])].filter((step) => step !== "");
  return [where.join("."), issue?.message ?? "is invalid"].filter(Boolean).join(": ");
}
