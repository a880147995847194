import { execFile } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { temporaryDirectory } from "./cli.test.fixture.ts";

const run = promisify(execFile);
const BIN = fileURLToPath(new URL("../bin", import.meta.url));

function copyOfBin(...besides: readonly string[]): string {
  const root = temporaryDirectory();
  const home = join(root, "packages", "cli");
  cpSync(BIN, join(home, "bin"), { recursive: true });
  writeFileSync(join(home, "package.json"), '{ "type": "module" }');
  for (const file of besides) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), 'import "@llm-sim/events";\nexport async function main() {}\n');
  }
  return join(home, "bin", "llm-sim.js");
}

const NOT_BUILT = "error: this clone of llm-sim is not built: run `npm start` or `npm run build` first\n";

it.each([
  ["a clone in which nothing was built", ["scripts/build.mjs"], NOT_BUILT],
  ["a clone of which a part was built", ["scripts/build.mjs", "packages/cli/dist/main.js"], NOT_BUILT],
  [
    "a package that is not whole",
    [],
    /^error: llm-sim is not installed whole, install it again: .+main\.js.+\n$/,
  ],
])("in %s the program says what to do, in one line", async (_where, files, message) => {
  await expect(run(process.execPath, [copyOfBin(...files), "ls"])).rejects.toMatchObject({
    code: 1,
    stdout: "",
    stderr: typeof message === "string" ? message : expect.stringMatching(message),
  });
});
