import { keyText } from "@llm-sim/events/naming";
import type { World } from "../world/index.ts";
import { isPlainObject, shapedAs } from "../world/index.ts";
import type { PartWrites } from "./last-writes.ts";
import { isStructure, LookHandler, look } from "./look.ts";
import type { Reads } from "./reads.ts";

/** A look at the state that notes in `reads` which variables are read through it. */
export function trackedWorld<W extends Pick<World, "global" | "agents">>(world: W, reads: Reads): W {
  let global: object | undefined;
  let agents: Record<string, object> | undefined;
  const tracked: World = {
    // When they are asked for: many agents look at one of the two only.
    get global() {
      global ??= look(new NodeHandler(world.global, reads.writes.part(undefined), "", reads));
      return global;
    },
    get agents() {
      agents ??= look(new AgentsHandler(world.agents, reads));
      return agents;
    },
  };
  return shapedAs<W>(tracked);
}

/** The agents by id. That there is one came with its coming. */
class AgentsHandler extends LookHandler<Record<string, object>> {
  readonly #reads: Reads;

  constructor(agents: Record<string, object>, reads: Reads) {
    super(agents);
    this.#reads = reads;
  }

  protected override read(agentId: string): unknown {
    const part = this.value[agentId];
    if (part) {
      return this.kept(part, () => new NodeHandler(part, this.#reads.writes.part(agentId), "", this.#reads));
    }
    this.seeKey(agentId);
    return undefined;
  }

  protected override seeKey(agentId: string): void {
    this.#reads.add(this.#reads.writes.part(agentId).nodes.get(""));
  }

  protected override seeKeys(): void {
    this.#reads.add(this.#reads.writes.agents);
  }
}

/** A node of a part: the part itself, or an object inside it. */
class NodeHandler extends LookHandler {
  readonly #writes: PartWrites;
  /** Empty for the part itself. */
  readonly #name: string;
  readonly #reads: Reads;

  constructor(value: object, writes: PartWrites, name: string, reads: Reads) {
    super(value);
    this.#writes = writes;
    this.#name = name;
    this.#reads = reads;
  }

  protected override read(key: string): unknown {
    const member: unknown = Reflect.get(this.value, key);
    if (!Object.hasOwn(this.value, key)) {
      this.seeKey(key);
      return member;
    }
    if (isPlainObject(member)) {
      return this.kept(member, () => new NodeHandler(member, this.#writes, this.#below(key), this.#reads));
    }
    this.#reads.add(this.#writes.variables.get(this.#below(key)));
    // An array is one variable: with it all that is in it has been read.
    return isStructure(member) ? this.kept(member, () => new LookHandler(member)) : member;
  }

  /** Whether there is such a member: the answer came with its last write, or with the coming or going of its node. */
  protected override seeKey(key: string): void {
    this.#reads.add(this.#writes.variables.get(this.#below(key)));
    this.#reads.add(this.#writes.nodes.get(this.#below(key)));
  }

  protected override seeKeys(): void {
    this.#reads.add(this.#writes.keys.get(this.#name));
    for (const [key, member] of Object.entries(this.value)) {
      if (!isPlainObject(member)) this.#reads.add(this.#writes.variables.get(this.#below(key)));
    }
  }

  #below(key: string): string {
    return this.#name === "" ? keyText(key) : `${this.#name}.${keyText(key)}`;
  }
}
