import { type Answer, lasting, takeOut } from "../answer/index.ts";
import type { Random, RandomStream } from "../random/index.ts";

/**
 * Which stream the engine's random numbers come from: each hook, rule and action has one of its own, so that what one draws
 * changes nothing for the others.
 */
export class EngineDraws {
  readonly #random: Random;
  #turn = 0;
  /** The stream of what goes on, which counts how often each thing comes up in it. */
  #going: RandomStream;
  /** Those of what goes on for longer than a call, innermost last. */
  readonly #held: RandomStream[] = [];

  constructor(random: Random) {
    this.#random = random;
    this.#going = random.stream("", 0);
  }

  /** No hook, rule or action is going on. */
  get isIdle(): boolean {
    return this.#going.name === "";
  }

  /** What goes on may wait: a hook, or a piece of one; not a rule, an effect, or what has to answer at once. */
  get mayWait(): boolean {
    return this.#held.includes(this.#going);
  }

  beginTurn(turn: number): void {
    this.#turn = turn;
    this.#going = this.#random.stream("", turn);
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
    return this.#within(`${this.#going.name}/rule ${name}`, this.#going.occurrence(`rule ${name}`), body);
  }

  /** Runs a piece of a hook: by its key or, without one, by how many there were before it. */
  piece<T>(key: string | undefined, body: () => Answer<T>): Answer<T> {
    const occurrence = this.#going.occurrence(key ?? "/");
    const which = key === undefined ? `#${occurrence}` : ` ${key}`;
    return this.#holding(`${this.#going.name}/apart${which}`, occurrence, body);
  }

  /** Runs an action's effect, which draws by type, acting agent and place among what that agent proposed. */
  action<T>(
    { agent_id, action_type, place }: { agent_id: string; action_type: string; place?: number | undefined },
    body: () => T,
  ): T {
    if (place !== undefined) return this.#within(`action ${action_type} ${agent_id}`, place, body);
    const stream = `combined ${action_type} ${agent_id}`;
    return this.#within(stream, this.#going.occurrence(stream), body);
  }

  /** Draws the noise with which an agent sees a variable: the same in a turn however often it looks. */
  noise<T>(agentId: string, variable: number, draw: (random: Random) => T): T {
    return this.#within(`noise ${agentId}`, variable, () => draw(this.#random));
  }

  #within<T>(name: string, occurrence: number, body: () => T): T {
    const stream = this.#random.stream(name, this.#turn, occurrence);
    const streamBefore = this.#random.follow(stream);
    const goingBefore = this.#going;
    this.#going = stream;
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
    const goingBefore = this.#going;
    const streamBefore = this.#random.follow(stream);
    this.#going = stream;
    this.#held.push(stream);
    return lasting(body, () => {
      takeOut(this.#held, stream);
      if (this.#going !== stream) return; // a piece of it goes on
      const next = this.#held.at(-1);
      this.#going = next ?? goingBefore;
      this.#random.follow(next ?? streamBefore);
    });
  }
}
