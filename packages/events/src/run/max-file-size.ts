import * as z from "zod";

const UNITS = { "": 1, b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 } as const;
type Unit = keyof typeof UNITS;

const configSchema = z.looseObject({
  events: z.looseObject({ max_file_size: z.union([z.number(), z.string()]) }),
});

/**
 * The limit of a segment that a run's recorded configuration names, in bytes.
 *
 * @param config run.json's
 * @returns `undefined` where it names none: the default is the writer's matter
 */
export function maxFileSize(config: unknown): number | undefined {
  const size = configSchema.safeParse(config).data?.events.max_file_size;
  if (typeof size === "number" || size === undefined) return size;
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([kmg]?b)?$/i.exec(size.trim()) ?? [];
  if (amount === undefined) return undefined;
  return Math.floor(Number(amount) * UNITS[unitOf(unit)]);
}

function unitOf(text: string | undefined): Unit {
  const unit = text?.toLowerCase() ?? "";
  return unit === "b" || unit === "kb" || unit === "mb" || unit === "gb" ? unit : "";
}
