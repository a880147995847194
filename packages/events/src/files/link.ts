import { lstatSync, realpathSync } from "node:fs";
import { sep } from "node:path";

/**
 * Why a path must not be followed: it is a symbolic link, and what it points to does not lie inside `root`. A run, and
 * each file of its log, may be a link to another place below the directory that holds the runs, and to nowhere else.
 *
 * @returns the reason, or `undefined` where the path is no link, or one that stays inside
 */
export function leadsAstray(path: string, root: string): string | undefined {
  try {
    if (!lstatSync(path).isSymbolicLink()) return undefined;
  } catch {
    return undefined; // absent, or not ours to look at: whoever opens it will say so
  }
  try {
    const inside = realpathSync(root);
    const prefix = inside.endsWith(sep) ? inside : `${inside}${sep}`;
    if (realpathSync(path).startsWith(prefix)) return undefined;
  } catch {
    return "symbolic link that leads nowhere";
  }
  // Where that lies on this machine is told to nobody: the reason goes out in answers of the server, too.
  return "symbolic link that leads out of the directory that holds the runs, which is not left";
}
