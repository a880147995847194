import { existsSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { codeOf } from "../errors.ts";

/**
 * Whether there was no file to be had for want of descriptors, in this process or on this machine: it passes. Also where that is why
 * something else failed, as a thread that could not be made, or could not load what it runs.
 */
export function isOutOfFiles(error: unknown): boolean {
  const code = codeOf(error);
  if (code === "EMFILE" || code === "ENFILE") return true;
  if (!(error instanceof Error)) return false;
  if (code === "ERR_WORKER_INIT_FAILED") return /\bE[MN]FILE\b/.test(error.message);
  if (code === "ERR_MODULE_NOT_FOUND") return isUnreadPackage(error.message);
  return error.cause !== undefined && isOutOfFiles(error.cause);
}

/**
 * Node takes a package.json that it cannot open for one that is not there, and looks for the package's index.js instead. To see that it
 * is there takes no descriptor.
 */
function isUnreadPackage(message: string): boolean {
  const [, index] = /^Cannot find package '(.+)' imported from /.exec(message) ?? [];
  // One that is missing is called by its name.
  if (index === undefined || !isAbsolute(index)) return false;
  return !existsSync(index) && existsSync(join(dirname(index), "package.json"));
}
