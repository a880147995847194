import type { Causes, EventHandle } from "@llm-sim/events";
import { blame, notPromised } from "../answer/index.ts";
import type { Roster } from "../roster/index.ts";
import type { EmitScope } from "../run-stream.ts";
import type { DeclaredState } from "../variables/index.ts";
import type { World, WorldStore } from "../world/index.ts";
import type { ActionRule, TurnAction } from "./action-rule.ts";
import { causesOf, given, together } from "./causes.ts";
import type { Course } from "./course.ts";
import type { Effects } from "./effects.ts";
import type { EngineDraws } from "./engine-draws.ts";
import type { ReadableState } from "./readable-state.ts";
import { ActionRefused, type RefusedBy, refusalIn, warnOfRefusal } from "./refusal.ts";
import type { RunObserver } from "./state-recorder.ts";

const GONE = "the agent is there no more";
const COMBINED_AWAY = "combined with others, it was left out";

/** What doing an action takes. */
interface Means<W extends World> {
  course: Course;
  draws: EngineDraws;
  readable: ReadableState<W>;
  effects: Effects<W>;
  store: WorldStore<W>;
  roster: Roster | undefined;
  declared: DeclaredState | undefined;
  observer: RunObserver;
}

/** The actions that the engine does: each an ACTION and what it changed, or the reason why it was not done. */
export class AppliedActions<W extends World> {
  readonly #course: Course;
  readonly #draws: EngineDraws;
  readonly #readable: ReadableState<W>;
  readonly #effects: Effects<W>;
  readonly #store: WorldStore<W>;
  readonly #roster: Roster | undefined;
  readonly #declared: DeclaredState | undefined;
  readonly #observer: RunObserver;

  constructor({ course, draws, readable, effects, store, roster, declared, observer }: Means<W>) {
    this.#course = course;
    this.#draws = draws;
    this.#readable = readable;
    this.#effects = effects;
    this.#store = store;
    this.#roster = roster;
    this.#declared = declared;
    this.#observer = observer;
  }

  /**
   * Does what an action asks, or records why not.
   *
   * @param reads what was read for it before, beyond its causes
   */
  apply(action: TurnAction, rule: ActionRule<W> | undefined, reads: readonly EventHandle[] = []): void {
    const frame = this.#readable.frame();
    const by = () => actionText(action);
    const read = () => given(together(reads, frame?.writes()));
    const { intervention } = this.#course;
    const candidate = {
      event_type: "ACTION",
      agent_id: action.agent_id,
      name: action.action_type,
    } as const;
    const leftOut = intervention?.next(candidate);
    this.#course.scope.because(action.causes, (decided) => {
      try {
        if (this.#roster?.hasGone(action.agent_id)) {
          const going = this.#roster.lastChange(action.agent_id);
          this.#refuse(decided, action, GONE, "engine", {
            error_type: "agent_gone",
            caused_by: given(going ? [...reads, going] : reads),
          });
          return;
        }
        if (!rule) throw new ActionRefused(`this engine has no action ${JSON.stringify(action.action_type)}`);
        const { partners, done } = this.#readable.within(frame, () =>
          this.#draws.action(action, () => ({
            partners: this.#participants(action, rule),
            done: this.#effects.transact(
              { by, frame, acting: action.agent_id, isTrial: leftOut !== undefined },
              (draft) => rule.apply(draft, action),
            ),
          })),
        );
        intervention?.cameUp(candidate);
        if (intervention && leftOut) {
          const details = { action_payload: action.payload };
          const event = intervention.leaveOut(leftOut, decided, { caused_by: read() ?? [], details });
          this.#effects.withhold(done, event, decided);
          return;
        }
        const { description, details } = action;
        const event = decided.action(action.agent_id, action.action_type, action.payload, {
          interaction_type: partners?.interaction_type,
          participating_agent_ids: partners?.participating_agent_ids,
          description,
          details,
          caused_by: read(),
        });
        decided.because(event, (inside) => this.#effects.record(inside, by, done));
      } catch (error) {
        const refusal = refusalIn(error, this.#declared);
        if (refusal) {
          const { reason, refused_by, ...more } = refusal;
          this.#refuse(decided, action, reason, refused_by, { ...more, caused_by: read() });
          return;
        }
        blame(error, by());
        this.#course.failing ??= [...causesOf(action.causes), ...(read() ?? [])];
        throw error;
      }
    });
  }

  /** Records that `combine` left an action out. */
  leaveOut(action: TurnAction, reads: readonly EventHandle[]): void {
    this.#course.scope.because(action.causes, (decided) =>
      this.#refuse(decided, action, COMBINED_AWAY, "engine", {
        error_type: "combined_away",
        caused_by: given(reads),
      }),
    );
  }

  #refuse(
    decided: EmitScope,
    action: TurnAction,
    reason: string,
    by: RefusedBy,
    more: { error_type?: string; caused_by?: Causes | undefined; details?: object },
  ): void {
    warnOfRefusal(decided, action, reason, by, more);
    this.#observer.refused?.(action, reason, more.error_type ?? "validation_error");
  }

  #participants(
    action: TurnAction,
    rule: ActionRule<W>,
  ): { interaction_type: string | undefined; participating_agent_ids: readonly string[] } | undefined {
    const partners = notPromised(rule.interaction?.partners(action)) ?? action.participating_agent_ids;
    if (!partners) return undefined;
    const ids = [...new Set([action.agent_id, ...partners])];
    for (const id of ids) {
      const isThere = this.#store.world.agents[id] !== undefined;
      if (id !== action.agent_id || !isThere) this.#readable.noting?.part(id).presence("", isThere);
      if (!isThere) throw new ActionRefused(`there is no agent ${JSON.stringify(id)}`);
    }
    if (ids.length < 2) throw new ActionRefused("an interaction takes two agents or more");
    return {
      interaction_type: rule.interaction?.type ?? action.interaction_type,
      participating_agent_ids: ids,
    };
  }
}

function actionText({ action_type, agent_id }: TurnAction): string {
  return `action ${action_type} of ${agent_id}`;
}
