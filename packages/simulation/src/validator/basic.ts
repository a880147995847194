import { didYouMean } from "@llm-sim/events/naming";
import type { JsonValue } from "@llm-sim/events/schema";
import * as z from "zod";
import type { Action } from "../agent/index.ts";
import type { ValidationContext, Validator, ValidatorSetup } from "./validator.ts";

const paramsSchema = z
  .strictObject({
    non_negative: z.array(z.string()).default(["amount", "quantity", "price"]).meta({
      description: "numbers of these names must not be negative, anywhere in a payload",
    }),
  })
  .prefault({});

/**
 * What holds of any action: the engine knows its type, the payload fits what the engine says of that type, and
 * amounts are not negative. (That the payload is JSON, and so its numbers finite, is checked before any validator.)
 */
export class BasicValidator implements Validator {
  static readonly params = paramsSchema;
  static readonly memory = "none";
  readonly #nonNegative: ReadonlySet<string>;

  constructor(setup: ValidatorSetup<z.infer<typeof paramsSchema>>) {
    this.#nonNegative = new Set(setup.params.non_negative);
  }

  validate(action: Action, { actions, world }: ValidationContext): string | undefined {
    const check = actions.get(action.action_type);
    if (!check) {
      return `unknown action ${JSON.stringify(action.action_type)}${didYouMean(action.action_type, actions.keys())}`;
    }
    const stranger = action.participating_agent_ids?.find((id) => world.agents[id] === undefined);
    if (stranger !== undefined) return `there is no agent ${JSON.stringify(stranger)}`;
    return this.#negative(action.payload, "payload") ?? check(action.payload);
  }

  #negative(value: JsonValue, path: string): string | undefined {
    if (typeof value !== "object" || value === null) return undefined;
    for (const [key, member] of Object.entries(value)) {
      const place = `${path}.${key}`;
      if (typeof member === "number" && member < 0 && this.#nonNegative.has(key)) {
        return `${place} is ${member}; it must not be negative`;
      }
      const inside = this.#negative(member, place);
      if (inside !== undefined) return inside;
    }
    return undefined;
  }
}
