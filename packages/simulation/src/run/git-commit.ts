import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

const COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

/**
 * The commit that is checked out where `directory` lies, read from `.git` (gitrepository-layout(5)), as starting git
 * takes longer than a small simulation.
 *
 * @returns 40 or 64 hex digits, or `undefined` where there is none
 */
export async function gitCommit(directory: string): Promise<string | undefined> {
  const git = await gitDirectory(directory);
  if (git === undefined) return undefined;
  const head = await read(join(git, "HEAD"));
  if (head === undefined || COMMIT.test(head)) return head;
  const reference = /^ref: (.+)$/.exec(head)?.[1];
  if (reference === undefined) return undefined;
  // A linked worktree has its own HEAD, and its branches in the main repository.
  const shared = resolve(git, (await read(join(git, "commondir"))) ?? ".");
  const loose = (await read(join(git, reference))) ?? (await read(join(shared, reference)));
  if (loose !== undefined && COMMIT.test(loose)) return loose;
  const packed = await read(join(shared, "packed-refs"));
  return packed
    ?.split("\n")
    .find((line) => line.endsWith(` ${reference}`))
    ?.split(" ")[0];
}

async function gitDirectory(directory: string): Promise<string | undefined> {
  const here = join(directory, ".git");
  if ((await read(join(here, "HEAD"))) !== undefined) return here;
  const link = await read(here); // of a worktree or a submodule: a file that says where
  const target = link === undefined ? undefined : /^gitdir: (.+)$/.exec(link)?.[1];
  if (target !== undefined) return resolve(directory, target);
  const above = dirname(directory);
  return above === directory ? undefined : gitDirectory(above);
}

async function read(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch {
    return undefined;
  }
}
