import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gitCommit } from "./provenance.ts";

const COMMIT = `${"a".repeat(39)}1`;
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "llm-sim-git-"));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

async function files(contents: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(contents)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

describe("the commit that is checked out", () => {
  it("is found from a directory below", async () => {
    await files({
      ".git/HEAD": "ref: refs/heads/main\n",
      ".git/refs/heads/main": `${COMMIT}\n`,
      "deep/er/x": "",
    });
    expect(await gitCommit(join(root, "deep", "er"))).toBe(COMMIT);
  });

  it("may be detached", async () => {
    await files({ ".git/HEAD": `${COMMIT}\n` });
    expect(await gitCommit(root)).toBe(COMMIT);
  });

  it("may be packed", async () => {
    const packed = `# pack-refs with: peeled\n${"b".repeat(40)} refs/heads/other\n${COMMIT} refs/heads/main\n`;
    await files({ ".git/HEAD": "ref: refs/heads/main\n", ".git/packed-refs": packed });
    expect(await gitCommit(root)).toBe(COMMIT);
  });

  it("may be a linked worktree's", async () => {
    await files({
      "main/.git/HEAD": "ref: refs/heads/main\n",
      "main/.git/refs/heads/topic": COMMIT,
      "main/.git/worktrees/topic/HEAD": "ref: refs/heads/topic\n",
      "main/.git/worktrees/topic/commondir": "../..\n",
      "topic/.git": `gitdir: ${join(root, "main/.git/worktrees/topic")}\n`,
    });
    expect(await gitCommit(join(root, "topic"))).toBe(COMMIT);
  });

  it("is nothing where there is no repository, or no commit yet", async () => {
    expect(await gitCommit(root)).toBeUndefined();
    await files({ ".git/HEAD": "ref: refs/heads/main\n" });
    expect(await gitCommit(root)).toBeUndefined();
  });
});
