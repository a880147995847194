import { isEnginesDetail, type SystemStatus } from "../schema/index.ts";
import type { Emitter } from "./emitter.ts";
import type {
  ActionFields,
  CommonFields,
  DecisionFields,
  DetailFields,
  StateFields,
  SystemFields,
} from "./fields.ts";
import type { Causes, EventHandle } from "./handle.ts";
import { ACTION, DECISION, DETAIL, STATE } from "./kinds.ts";

/** Runs `body` so that what it emits, now and in what it awaits, is caused by `cause`. */
export type ScopeRunner = <T>(cause: EventHandle, body: () => T) => T;

function isOfEngine(fields: DetailFields | undefined): boolean {
  try {
    return isEnginesDetail(fields?.details);
  } catch {
    return false; // a field that cannot be read
  }
}

/** Emits with a cause. Each method records one event and returns the handle that stands for it. */
export class Scope {
  /** @internal */ readonly emitter: Emitter;
  /** @internal */ readonly runScope: ScopeRunner;
  readonly #cause: EventHandle | undefined;

  protected constructor(...made: never);
  /** @internal */
  protected constructor(emitter: Emitter, runScope: ScopeRunner, cause: EventHandle | undefined);
  protected constructor(emitter: Emitter, runScope: ScopeRunner, cause: EventHandle | undefined) {
    this.emitter = emitter;
    this.runScope = runScope;
    this.#cause = cause;
  }

  /** What causes the events emitted here. */
  get cause(): EventHandle | undefined {
    return this.#cause;
  }

  /** An agent made up its mind: `scope.decision("alice", "strategy", { old_value: "hold", new_value: "buy" })` */
  decision(agentId: string, decisionType: string, fields?: DecisionFields): EventHandle {
    const emitter = this.emitter;
    if (!emitter.records(DECISION)) return emitter.suppress(this.cause, fields);
    return emitter.emit(emitter.draft().decision(agentId, decisionType, fields), this.cause);
  }

  /** An agent did something: `scope.action("alice", "buy", { asset: "bonds", amount: 100 })` */
  action(agentId: string, actionType: string, payload: object = {}, fields?: ActionFields): EventHandle {
    const emitter = this.emitter;
    if (!emitter.records(ACTION)) return emitter.suppress(this.cause, fields);
    return emitter.emit(emitter.draft().action(agentId, actionType, payload, fields), this.cause);
  }

  /** A variable changed: `scope.state("wealth", { agent_id: "alice", old_value: 1000, new_value: 900 })` */
  state(variableName: string, fields: StateFields): EventHandle {
    const emitter = this.emitter;
    if (!emitter.records(STATE)) return emitter.suppress(this.cause, fields);
    return emitter.emit(emitter.draft().state(variableName, fields), this.cause);
  }

  /** The inside of a calculation: `scope.detail("interest", { rate: 0.02, principal: 900 })` */
  detail(calculationType: string, intermediateValues: object, fields?: DetailFields): EventHandle {
    const emitter = this.emitter;
    if (!emitter.records(DETAIL) && !(emitter.records(STATE) && isOfEngine(fields))) {
      return emitter.suppress(this.cause, fields);
    }
    return emitter.emit(emitter.draft().detail(calculationType, intermediateValues, fields), this.cause);
  }

  /** Something about the machinery: `scope.system("failure", { error_type: "timeout", subject_agent_id: "bob" })` */
  system(status: SystemStatus, fields?: SystemFields): EventHandle {
    return this.emitter.system(this.cause, status, fields);
  }

  /** The run enters a phase: `scope.phase("collapse")` */
  phase(name: string, fields?: CommonFields): EventHandle {
    const { emitter } = this;
    return emitter.emit(emitter.draft().milestone("phase_transition", fields, name), this.cause);
  }

  /**
   * What `body` emits is caused by `cause`, instead of what causes the events here.
   *
   *     const decision = stream.decision("alice", "trade");
   *     stream.because(decision, () => stream.action("alice", "buy"));
   */
  because<T>(cause: Causes, body: (scope: Scope) => T): T {
    const handle = this.emitter.causeOf(cause, this.cause);
    const scope = new Scope(this.emitter, this.runScope, handle);
    return handle ? this.runScope(handle, () => body(scope)) : body(scope);
  }
}
