import { existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "@llm-sim/events/errors";
import { LOCK_FILE, lockState, readManifest, TAPE_FILE } from "@llm-sim/events/run";
import { type BatchJob, otherCode } from "./batch-plan.ts";

/** What is there already of a run that is to be made. */
export type Standing =
  | { is: "absent" | "cut_off" | "to_make_again" }
  | { is: "left"; status: "completed" | "failed" | "running"; why: string };

/** @param again whether what failed, or was made by other code, is to be made anew */
export function standingOf(
  directory: string,
  { modules }: Pick<BatchJob, "modules">,
  again: boolean,
): Standing {
  const lock = lockState(directory);
  if (lock.state === "alive") {
    const { pid, host } = lock.holder;
    return { is: "left", status: "running", why: `it is being made by another process (${pid} on ${host})` };
  }
  const manifest = readManifest(directory);
  if (manifest === undefined)
    return { is: isEmpty(directory) && lock.state !== "silent" ? "absent" : "to_make_again" };
  const isOther = again && otherCode(manifest, modules) !== undefined;
  switch (manifest.status) {
    case "completed":
      return isOther
        ? { is: "to_make_again" }
        : { is: "left", status: "completed", why: "it is there already" };
    case "failed":
      return again
        ? { is: "to_make_again" }
        : { is: "left", status: "failed", why: "it failed when it was made: --again makes it anew" };
    default:
      return { is: isOther ? "to_make_again" : "cut_off" };
  }
}

/** A lock is not yet a part of a run: its holder begins it, or died before. */
function isEmpty(directory: string): boolean {
  return !existsSync(directory) || readdirSync(directory).every((name) => name.startsWith(LOCK_FILE));
}

/** Whether models were asked, whose answers are not to be lost. */
export function hasTape(directory: string): boolean {
  return existsSync(join(directory, TAPE_FILE));
}

/** What a rename says where something has come into its place meanwhile. */
const TAKEN: ReadonlySet<string> = new Set(["ENOTEMPTY", "EEXIST"]);

/** Puts what is there of a run out of its way; nothing is deleted. @returns where it is now */
export function setAside(directory: string, id: string, sharedFolder: string): string {
  const folder = join(sharedFolder, "set-aside");
  mkdirSync(folder, { recursive: true });
  for (let free = 1; ; free++) {
    const place = join(folder, `${id}-${free}`);
    if (existsSync(place)) continue;
    try {
      renameSync(directory, place);
    } catch (error) {
      const code = codeOf(error) ?? "";
      if (TAKEN.has(code)) continue;
      // Another process was quicker.
      if (code !== "ENOENT") throw error;
    }
    return place;
  }
}
