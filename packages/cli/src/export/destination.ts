import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { wrongCall } from "../failure/index.ts";

/**
 * The path of the file that `--out` names, before anything is read.
 *
 * @throws CliError where no file can be made there, or what is there is none: it is replaced, which a device must not be
 */
export function destination(cwd: string, out: string): string {
  if (out === "") throw wrongCall("--out: expected the name of a file.");
  const path = resolve(cwd, out);
  if (existsSync(path) && !statSync(path).isFile()) {
    throw wrongCall(
      statSync(path).isDirectory()
        ? `--out ${out}: it is a directory; name a file in it.`
        : `--out ${out}: it is no regular file; leave --out away to write to standard output.`,
    );
  }
  const directory = dirname(path);
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    throw wrongCall(`--out ${out}: there is no directory ${dirname(out)}; make it first.`);
  }
  return path;
}
