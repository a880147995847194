import type { JsonObject } from "@llm-sim/events/schema";
import type { PlainObject } from "../world/index.ts";
import type { Grant } from "./grant.ts";
import { NodeView } from "./view.ts";

/** What agents of one kind may see of the state. */
export class Sight {
  readonly grants: readonly Grant[];
  readonly world: NodeView;
  /** Whether anything of other agents may be seen. */
  readonly reachesOthers: boolean;
  /** Whether that goes for any agent. */
  readonly reachesAnyone: boolean;
  readonly #anyone: NodeView;
  readonly #named = new Map<string, NodeView>();
  readonly #own = new Map<string, NodeView>();

  constructor(grants: readonly Grant[]) {
    this.grants = grants;
    this.world = NodeView.of(this.#grants("world"));
    this.#anyone = NodeView.of(this.#grants("anyone"));
    this.reachesAnyone = !this.#anyone.isBlind;
    this.reachesOthers = grants.some(({ whose: { of } }) => of === "anyone" || of === "agent");
    for (const { whose } of grants) {
      if (whose.of !== "agent" || this.#named.has(whose.id)) continue;
      const own = grants.filter(({ whose: other }) => other.of === "agent" && other.id === whose.id);
      this.#named.set(whose.id, NodeView.of([...own, ...this.#grants("anyone")]));
    }
  }

  /** Agents that are named. */
  get namedAgents(): string[] {
    return [...this.#named.keys()];
  }

  /** What `observer` may see of an agent's part of the state; its own is one. */
  of(agentId: string, observer: string): NodeView {
    if (agentId !== observer) return this.#named.get(agentId) ?? this.#anyone;
    let own = this.#own.get(observer);
    if (!own) {
      const named = this.grants.filter(({ whose }) => whose.of === "agent" && whose.id === observer);
      own = NodeView.of([...this.#grants("self"), ...named, ...this.#grants("anyone")]);
      this.#own.set(observer, own);
    }
    return own;
  }

  /** What of what it begins with an agent is told when it is made: what it sees without noise. */
  ownClearly(agentId: string, part: JsonObject): JsonObject;
  ownClearly(agentId: string, part: PlainObject): PlainObject {
    return this.of(agentId, agentId).clearly(part);
  }

  #grants(of: Grant["whose"]["of"]): Grant[] {
    return this.grants.filter(({ whose }) => whose.of === of);
  }
}
