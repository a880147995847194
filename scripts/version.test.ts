import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { Refusal, readNotes, setVersion } from "./version.mjs";

const root = resolve(import.meta.dirname, "..");
const { workspaces } = z
  .object({ workspaces: z.array(z.string()) })
  .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
const manifests = workspaces.map((workspace) => join(workspace, "package.json"));
const { version: current } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(root, manifests[0] ?? ""), "utf8")));
let copy: string;

const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: copy });
const read = (file: string) => readFileSync(join(copy, file), "utf8");
const write = (file: string, text: string) => {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  writeFileSync(join(copy, file), text);
};
const commit = () => {
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message", "Change");
};
const set = (version: string) => setVersion(copy, version, "2027-01-31");

/** The repository as it is, as far as versions are concerned, before its first release and with a changelog of its own. */
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "llm-sim-version-"));
  for (const file of ["package.json", "package-lock.json", "docs/openapi.json", ...manifests])
    write(file, readFileSync(join(root, file), "utf8").replaceAll(`"${current}"`, '"0.1.0"'));
  write("CHANGELOG.md", "# Changelog\n\n## 0.1.0 (unreleased)\n\nThe first version.\n\n- It runs.\n");
  git("init", "--quiet");
  commit();
});
afterEach(() => rmSync(copy, { recursive: true, force: true }));

describe("a version is set", () => {
  it("in every manifest, in what packages ask of each other, in the lock file and in the API's document", () => {
    const before = [...manifests, "package-lock.json", "docs/openapi.json"].map(
      (file) => [file, read(file)] as const,
    );
    set("0.2.0");
    const { packages } = z
      .object({ packages: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(read("package-lock.json")));
    for (const workspace of workspaces) {
      const manifest: unknown = JSON.parse(read(join(workspace, "package.json")));
      expect(manifest).toMatchObject({ version: "0.2.0" });
      expect(manifestSchema.parse(packages[workspace])).toEqual(manifestSchema.parse(manifest));
    }
    // Nothing else is touched: every line that differs says the version.
    for (const [file, text] of before) {
      const lines = read(file).split("\n");
      const differing = text.split("\n").filter((line, at) => line !== lines[at]);
      expect(differing.length, file).toBeGreaterThan(0);
      for (const line of differing) expect(line).toMatch(/^ +"(version|llm-sim|@llm-sim\/\w+)": "[~^]?\d/);
      expect(read(file).match(/"(@llm-sim\/\w+|llm-sim)": "[~^]?(?!0\.2\.0)\d/g), file).toBeNull();
    }
  });

  it("with the day over what changed, the notes behind what stood there, and the notes are gone", () => {
    write("changes/README.md", "How to.");
    write("changes/b-flag.md", "`--flag` does\nas it says.\n");
    write("changes/a-color.md", "Colours.");
    commit();
    set("0.1.0");
    expect(read("CHANGELOG.md")).toBe(
      "# Changelog\n\n## 0.1.0 (2027-01-31)\n\nThe first version.\n\n- It runs.\n- Colours.\n- `--flag` does\n  as it says.\n",
    );
    expect(existsSync(join(copy, "changes/README.md"))).toBe(true);
    expect(existsSync(join(copy, "changes/a-color.md"))).toBe(false);
    commit();
    write("changes/c.md", "More.");
    commit();
    set("0.2.0");
    expect(read("CHANGELOG.md")).toMatch(
      /^# Changelog\n\n## 0\.2\.0 \(2027-01-31\)\n\n- More\.\n\n## 0\.1\.0 \(2027-01-31\)\n\nThe first/,
    );
  });
});

describe("a version is refused in one line, and nothing is written", () => {
  const refused = (version: string) => {
    const before = read("CHANGELOG.md") + manifests.map(read).join("");
    let message = "";
    try {
      set(version);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      message = error.message;
    }
    expect(read("CHANGELOG.md") + manifests.map(read).join("")).toBe(before);
    return message;
  };

  it("where it is none", () => {
    for (const text of ["0.2", "v0.2.0", "latest", "0.2.0 ", "01.2.0", ""])
      expect(refused(text)).toMatch(/ is no version: it looks like 0\.2\.0/);
  });

  it("where it is lower", () => {
    expect(refused("0.0.9")).toBe("0.0.9 is lower than 0.1.0, which the packages have.");
    expect(refused("0.1.0-rc.1")).toBe("0.1.0-rc.1 is lower than 0.1.0, which the packages have.");
  });

  it("where it has been released", () => {
    set("0.1.0");
    write("changes/more.md", "More.");
    commit();
    expect(refused("0.1.0")).toBe("0.1.0 is not higher than 0.1.0, which was released on 2027-01-31.");
    git("tag", "v0.3.0");
    expect(refused("0.2.0")).toBe("0.2.0 is not higher than 0.3.0, which has a tag.");
  });

  it("where the tree has changes, of files that git does not know, too", () => {
    write("new.ts", "");
    expect(refused("0.2.0")).toBe("The tree has changes (new.ts): commit them or put them away first.");
  });

  it("where nothing says what changed, or a note is none", () => {
    set("0.1.0");
    commit();
    expect(refused("0.2.0")).toMatch(/^Nothing says what changed: write changes\/<what>\.md/);
    write("changes/empty.md", "\n");
    commit();
    expect(refused("0.2.0")).toMatch(/^changes\/empty\.md is empty/);
    write("changes/empty.md", "# Flags\n\n- one");
    commit();
    expect(refused("0.2.0")).toMatch(/^changes\/empty\.md is to be one paragraph/);
  });
});

it("the notes of this repository can be taken", () => {
  expect(() => readNotes(root)).not.toThrow();
});

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});
