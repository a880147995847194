import { type VariableId, variableText } from "@llm-sim/events/naming";
import * as z from "zod";
import type { Random } from "../random/index.ts";

const amount = z.number().positive();

/** How a number is blurred for who looks at it. */
export const noiseSchema = z
  .strictObject({
    /** Normally distributed, with this standard deviation. */
    gaussian: amount.optional(),
    /** Evenly distributed from minus this to plus this. */
    uniform: amount.optional(),
    /** The amount is a share of the value, rather than in the variable's unit. */
    relative: z.boolean().optional(),
  })
  .refine(({ gaussian, uniform }) => (gaussian === undefined) !== (uniform === undefined), {
    message: "expected gaussian or uniform, with an amount",
  });
export type Noise = z.infer<typeof noiseSchema>;

/** The value with noise of two numbers that `random` draws. Box and Muller 1958: "A note on the generation of random normal deviates". */
export function withNoise(value: number, { gaussian, uniform, relative }: Noise, random: Random): number {
  const first = random.float();
  const second = random.float();
  const drawn =
    gaussian === undefined
      ? (uniform ?? 0) * (2 * first - 1)
      : gaussian * Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second);
  return value + (relative === true ? value * drawn : drawn);
}

/**
 * A number of 32 bits for a variable, by which the noise on it is drawn apart from that on others: FNV-1a of its name
 * (Fowler, Noll, Vo; RFC 9923).
 */
export function variableNumber(variable: VariableId): number {
  const name = nameOf(variable);
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

export function noNoiseOn(variable: VariableId, value: unknown): Error {
  return new TypeError(
    `${nameOf(variable)} is observed with noise, which is for numbers, and is ${JSON.stringify(value)}: take the noise away in observes`,
  );
}

function nameOf(variable: VariableId): string {
  return variableText(variable, { has: (id) => id === variable.agent_id });
}
