import type { NodeView } from "../sight/index.ts";
import { isPlainObject, shapedAs, type World } from "../world/index.ts";
import { LookHandler, look } from "./look.ts";
import {
  nodeHandler,
  noteSeen,
  revealNode,
  type SightedNode,
  type SightedWatching,
  shownNode,
} from "./sighted-node.ts";
import type { NodeHandler } from "./tracked-world.ts";

/**
 * A look at the state that shows what may be seen of it: what may not is not there, and nothing that is asked about it is
 * a read. Where a node is there for what is visible in it, that is what a look at the node rests on.
 */
export function sightedWorld<W extends World>(world: W, watching: SightedWatching): W {
  const { sight, writes } = watching;
  let global: { part: object; look: object } | undefined;
  let agents: Record<string, object> | undefined;
  const sighted: World = {
    get global() {
      const part = world.global;
      if (global?.part !== part) {
        const handler = nodeHandler(part, sight.world, {
          writes: writes.part(undefined),
          name: "",
          agentId: undefined,
          watching,
        });
        global = { part, look: look(handler) };
      }
      return global.look;
    },
    get agents() {
      agents ??= look(new SightedAgents(world.agents, watching));
      return agents;
    },
  };
  return shapedAs<W>(sighted);
}

/** The other agents of whom something is visible, by id. */
export function othersIn({ agents }: Pick<World, "agents">, watching: SightedWatching): object {
  return look(new SightedAgents(agents, watching, false));
}

/** The agents of whom something is visible, by id; the one who looks is always there to itself. */
class SightedAgents extends LookHandler<Record<string, object>> {
  readonly #watching: SightedWatching;
  readonly #hasSelf: boolean;
  readonly #parts = new Map<string, { part: object; handler: SightedNode | NodeHandler; look: object }>();

  /** @param hasSelf whether the one who looks is among them */
  constructor(agents: Record<string, object>, watching: SightedWatching, hasSelf = true) {
    super(agents);
    this.#watching = watching;
    this.#hasSelf = hasSelf;
  }

  override has(_: object, key: string | symbol): boolean {
    if (typeof key !== "string") return false;
    this.seeKey(key);
    return this.#isSeen(key) || key in Object.prototype;
  }

  override ownKeys(): string[] {
    this.seeKeys();
    return this.#visible();
  }

  override getOwnPropertyDescriptor(_: object, key: string | symbol): PropertyDescriptor | undefined {
    if (typeof key !== "string") return undefined;
    if (this.#isSeen(key)) return { get: () => this.read(key), enumerable: true, configurable: true };
    this.seeKey(key);
    return undefined;
  }

  protected override readOnly(key: string): Error {
    return this.#watching.readOnly?.(key) ?? super.readOnly(key);
  }

  protected override read(agentId: string): unknown {
    const { sight, self, frame, writes } = this.#watching;
    frame.check(agentId);
    const part = this.value[agentId];
    if (!part || !this.#isSeen(agentId)) {
      if (!(agentId in Object.prototype)) this.seeKey(agentId);
      return undefined;
    }
    let shown = this.#parts.get(agentId);
    if (shown?.part !== part) {
      const at = { writes: writes.part(agentId), name: "", agentId, watching: this.#watching };
      const handler = nodeHandler(part, sight.of(agentId, self), at);
      shown = { part, handler, look: look(handler) };
      this.#parts.set(agentId, shown);
    }
    if (agentId !== self) frame.handOut(shown.handler);
    return shown.look;
  }

  protected override seeKey(agentId: string): void {
    const { sight, self, frame } = this.#watching;
    frame.check(agentId);
    if (agentId !== self) this.#note(agentId, sight.of(agentId, self));
  }

  protected override seeKeys(): void {
    const { sight, self, frame, writes } = this.#watching;
    frame.check("agents");
    if (sight.reachesAnyone) writes.agents(frame);
    for (const agentId of sight.reachesAnyone ? Object.keys(this.value) : sight.namedAgents) {
      const view = sight.of(agentId, self);
      if (agentId !== self && !(view.isWhole && sight.reachesAnyone)) this.#note(agentId, view);
    }
  }

  protected override reveal(): void {
    this.seeKeys();
    const { sight, self, writes } = this.#watching;
    for (const agentId of this.#visible()) {
      const part = this.value[agentId];
      const at = { writes: writes.part(agentId), name: "", agentId, watching: this.#watching };
      if (isPlainObject(part)) revealNode(part, sight.of(agentId, self), at);
    }
  }

  protected override revealed(): object {
    const shown: Record<string, unknown> = {};
    const { sight, self, writes } = this.#watching;
    for (const agentId of this.#visible()) {
      const part = this.value[agentId];
      const at = { writes: writes.part(agentId), name: "", agentId, watching: this.#watching };
      if (isPlainObject(part)) shown[agentId] = shownNode(part, sight.of(agentId, self), at);
    }
    return shown;
  }

  #visible(): string[] {
    const { sight, self } = this.#watching;
    const ids = sight.reachesAnyone ? Object.keys(this.value) : [...new Set([self, ...sight.namedAgents])];
    return ids.filter((agentId) => this.#isSeen(agentId));
  }

  #isSeen(agentId: string): boolean {
    const part = this.value[agentId];
    if (!isPlainObject(part)) return false;
    const { sight, self } = this.#watching;
    if (agentId === self) return this.#hasSelf;
    return sight.of(agentId, self).seen(part) !== undefined;
  }

  /** Whether something of an agent is visible rests on that. */
  #note(agentId: string, view: NodeView): void {
    const { writes, frame } = this.#watching;
    const part = this.value[agentId];
    if (view.isBlind) return;
    if (view.isWhole || !isPlainObject(part)) writes.agent(agentId, frame);
    else noteSeen(part, view, writes.part(agentId), "", frame);
  }
}
