import { freeze, type Immutable } from "immer";
import { notPromised } from "../answer/index.ts";
import { changesOfPart } from "./changes.ts";
import { type Finished, type Outcome, Transaction, type TransactionOptions } from "./transaction.ts";
import { shapedAs, type VariableChange, type World } from "./world.ts";

/**
 * Holds the state and changes it in transactions. Each part (the world's, an agent's) is an immutable tree of its
 * own, so a transaction costs what it touches: over one tree for all, the record of agents is copied each time (1,000
 * agents, one changed: 237 µs against 5 µs with immer).
 */
export class WorldStore<W extends World> {
  readonly #parts: World;
  readonly #check: ((outcome: Outcome) => void) | undefined;

  /** @param check is shown what a transaction did before it counts; where it throws, nothing of it does */
  constructor(initial: W, check?: (outcome: Outcome) => void) {
    this.#check = check;
    const agents: Record<string, object> = Object.create(null);
    for (const [agentId, part] of Object.entries(initial.agents)) agents[agentId] = freeze(part, true);
    this.#parts = { global: freeze(initial.global, true), agents };
  }

  /** The state as it stands. Its parts never change; reading through it later gives the later state. */
  get world(): Immutable<W> {
    return shapedAs<Immutable<W>>(this.#parts);
  }

  /** Every variable, as the changes that would bring it about from nothing. */
  everything(): VariableChange[] {
    const { global, agents } = this.#parts;
    return [
      ...changesOfPart(undefined, undefined, global),
      ...Object.entries(agents).flatMap(([agentId, part]) => changesOfPart(agentId, undefined, part)),
    ];
  }

  /**
   * Runs `recipe` on a draft that is changed in place, then makes that the state. Where the recipe throws, or leaves
   * something that is not JSON, the state stays as it was.
   */
  transact(recipe: (draft: W) => unknown, options: TransactionOptions = {}): Outcome {
    const transaction = new Transaction(this.#parts, options);
    let done: Finished;
    try {
      notPromised(recipe(shapedAs<W>(transaction.draft)));
      done = transaction.finish();
      this.#check?.(done);
    } finally {
      transaction.end();
    }
    if (options.isTrial === true) return done;
    for (const [agentId, part] of done.parts) {
      if (agentId === undefined) this.#parts.global = part ?? {};
      else if (part === undefined) delete this.#parts.agents[agentId];
      else this.#parts.agents[agentId] = part;
    }
    return done;
  }
}
