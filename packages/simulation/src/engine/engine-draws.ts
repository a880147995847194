import { type Answer, lasting } from "../answer/index.ts";
import type { Random, RandomStream } from "../random/index.ts";

/** Something that goes on, as its stream of random numbers is named, and how often each thing came up in it. */
class Going {
  readonly name: string;
  #counts: Map<string, number> | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** How often `what` came up before. */
  next(what: string): number {
    this.#counts ??= new Map();
    const count = this.#counts.get(what) ?? 0;
    this.#counts.set(what, count + 1);
    return count;
  }
}

/**
 * Which stream the engine's random numbers come from: each hook, rule and action has one of its own, so that what one draws
 * changes nothing for the others.
 */
export class EngineDraws {
  readonly #random: Random;
  #turn = 0;
  #going = new Going("");
  /** What goes on for longer than a call, innermost last, and where it draws from. */
  readonly #held: { going: Going; stream: RandomStream }[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** No hook, rule or action is going on. */
  get isIdle(): boolean {
    return this.#going.name === "";
  }

  beginTurn(turn: number): void {
    this.#turn = turn;
    this.#going = new Going("");
  }

  /** Runs `body`, which draws from the stream of a hook: by the turn and, where it is called for each agent, by agent. */
  hook<T>(name: string, body: () => Answer<T>, agentId?: string): Answer<T> {
    return this.#holding(agentId === undefined ? name : `${name} ${agentId}`, 0, body);
  }

  /** The same for a hook that answers at once. */
  atOnce<T>(name: string, body: () => T, agentId?: string): T {
    return this.#within(agentId === undefined ? name : `${name} ${agentId}`, 0, body);
  }

  /** Runs a rule, which draws by the hook it is in, its name, and how often it came up there. */
  rule<T>(name: string, body: () => T): T {
    return this.#within(`${this.#going.name}/rule ${name}`, this.#going.next(`rule ${name}`), body);
  }

  /** Runs a piece of a hook: by its key or, without one, by how many there were before it. */
  piece<T>(key: string | undefined, body: () => Answer<T>): Answer<T> {
    const occurrence = this.#going.next(key ?? "/");
    const which = key === undefined ? `#${occurrence}` : ` ${key}`;
    return this.#holding(`${this.#going.name}/apart${which}`, occurrence, body);
  }

  /** Runs an action's effect, which draws by type, acting agent and place among what that agent proposed. */
  action<T>(
    { agent_id, action_type, place }: { agent_id: string; action_type: string; place?: number | undefined },
    body: () => T,
  ): T {
    if (place !== undefined) return this.#within(`action ${action_type} ${agent_id}`, place, body);
    const made = `combined ${action_type} ${agent_id}`;
    return this.#within(made, this.#going.next(made), body);
  }

  /** Draws the noise with which an agent sees a variable: the same in a turn however often it looks. */
  noise<T>(agentId: string, variable: number, draw: (random: Random) => T): T {
    return this.#within(`noise ${agentId}`, variable, () => draw(this.#random));
  }

  #within<T>(name: string, occurrence: number, body: () => T): T {
    const streamBefore = this.#random.follow(this.#random.stream(name, this.#turn, occurrence));
    const goingBefore = this.#going;
    this.#going = new Going(name);
    try {
      return body();
    } finally {
      this.#random.follow(streamBefore);
      this.#going = goingBefore;
    }
  }

  /** The same for what may be async: it draws from its stream until its promise settles. */
  #holding<T>(name: string, occurrence: number, body: () => Answer<T>): Answer<T> {
    const stream = this.#random.stream(name, this.#turn, occurrence);
    const held = { going: new Going(name), stream };
    const before = { going: this.#going, stream: this.#random.follow(stream) };
    this.#going = held.going;
    this.#held.push(held);
    return lasting(body, () => {
      this.#held.splice(this.#held.lastIndexOf(held), 1);
      if (this.#going !== held.going) return; // a piece of it goes on
      const next = this.#held.at(-1) ?? before;
      this.#going = next.going;
      this.#random.follow(next.stream);
    });
  }
}
