import { createHash, randomBytes } from "node:crypto";
import { simulationIdSchema } from "@llm-sim/events/schema";
import { RunError } from "./run-error.ts";

const MAX_NAME = 90;

/** Latin letters that Unicode does not take apart, as they are usually written without. */
const WITHOUT_PARTS: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  Æ: "AE",
  œ: "oe",
  Œ: "OE",
  ø: "o",
  Ø: "O",
  ł: "l",
  Ł: "L",
  đ: "d",
  Đ: "D",
  ð: "d",
  Ð: "D",
  þ: "th",
  Þ: "Th",
  ı: "i",
};

/** `market-20261123-071500-3f9a`: the name, the second it began (UTC), and four characters to keep two apart. */
export function newRunId(name: string, now = new Date()): string {
  const stamp = now.toISOString().replaceAll(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `${nameSlug(name)}-${stamp}-${randomBytes(2).toString("hex")}`;
}

/**
 * What can be read of a name in the letters that an id has: `marché` gives `marche`. A name in another script (`市場`), of which
 * nothing can, gives `run-` and a hash by which its runs are told from others; `run.json` keeps the name.
 */
export function nameSlug(name: string): string {
  const slug = name
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .replaceAll(/[^\p{ASCII}]/gu, (letter) => WITHOUT_PARTS[letter] ?? letter)
    .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, MAX_NAME)
    .replace(/[-._]+$/, "");
  return slug || `run-${createHash("sha256").update(name).digest("hex").slice(0, 4)}`;
}

/** @throws RunError where the id could not be a directory's name */
export function checkRunId(id: string): string {
  if (simulationIdSchema.safeParse(id).success) return id;
  throw new RunError(
    "RUN_ID_INVALID",
    `${JSON.stringify(id)} is no run id: use 1-128 letters, digits, ".", "_" or "-", the first a letter or digit; where it lies is for the output directory to say`,
  );
}
