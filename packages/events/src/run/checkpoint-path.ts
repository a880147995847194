import { join } from "node:path";
import { CHECKPOINT_DIRECTORY } from "../layout/index.ts";

/** `checkpoints/turn_<n>.json` inside `runDirectory`. */
export function checkpointPath(runDirectory: string, turn: number): string {
  return join(runDirectory, CHECKPOINT_DIRECTORY, `turn_${turn}.json`);
}
