const UNITS: Record<string, number> = { "": 1, B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };
const SIZE = /^(\d+(?:\.\d+)?)\s*([KMG]?B)?$/i;

/** Bytes as a number or as text: `500MB` is 500 × 1024 × 1024. */
export type Size = number | string;

/**
 * @returns bytes
 * @throws RangeError that names `option` where the size is none
 */
export function parseSize(size: Size, option: string): number {
  if (typeof size === "number" && Number.isSafeInteger(size) && size > 0) return size;
  const parts = typeof size === "string" ? SIZE.exec(size.trim()) : null;
  const bytes = parts
    ? Math.round(Number(parts[1]) * (UNITS[(parts[2] ?? "").toUpperCase()] ?? Number.NaN))
    : 0;
  if (bytes > 0) return bytes;
  throw new RangeError(
    `${option} is ${JSON.stringify(size)}: expected a number of bytes, or a size such as 500MB.`,
  );
}
