import { randomBytes } from "node:crypto";
import { simulationIdSchema } from "@llm-sim/events/schema";
import { RunError } from "./run-error.ts";

const MAX_NAME = 90;

/** `market-20261123-071500-3f9a`: the name, the second it began (UTC), and four characters to keep two apart. */
export function newRunId(name: string, now = new Date()): string {
  const stamp = now.toISOString().replaceAll(/[-:]/g, "").replace("T", "-").slice(0, 15);
  const slug = name
    .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, MAX_NAME);
  return `${slug || "run"}-${stamp}-${randomBytes(2).toString("hex")}`;
}

/** @throws RunError where the id could not be a directory's name */
export function checkRunId(id: string): string {
  if (simulationIdSchema.safeParse(id).success) return id;
  throw new RunError(
    "RUN_ID_INVALID",
    `${JSON.stringify(id)} is no run id: use 1-128 letters, digits, ".", "_" or "-", the first a letter or digit; where it lies is for the output directory to say`,
  );
}
