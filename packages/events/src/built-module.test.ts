import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { builtModule } from "./built-module.ts";

describe("the built module that a thread or a process of its own runs", () => {
  it.each([
    [
      "file:///home/ada/src/llm-sim/packages/events/src/write/sink.ts",
      "./worker.ts",
      "events/dist/write/worker.js",
    ],
    [
      "file:///home/ada/src/llm-sim/packages/events/src/write/sink.ts?t=1",
      "./worker.ts",
      "events/dist/write/worker.js",
    ],
    [
      "file:///home/ada/packages/server/src/comparison/comparisons.ts",
      "../threads/worker.ts",
      "server/dist/threads/worker.js",
    ],
  ])("is in dist where %s asks for %s", (from, module, path) => {
    const { href } = builtModule(module, from);
    expect(href.endsWith(`/${path}`), href).toBe(true);
    expect(href.startsWith(from.slice(0, from.indexOf("packages/")))).toBe(true);
  });

  it.each([
    [
      "file:///home/ada/src/node_modules/@llm-sim/events/dist/write/sink.js",
      "file:///home/ada/src/node_modules/@llm-sim/events/dist/write/worker.js",
    ],
    ["file:///home/ada/src/app/bundle.mjs", "file:///home/ada/src/app/worker.js"],
    ["file:///C:/home/ada/src/app/bundle.cjs", "file:///C:/home/ada/src/app/worker.js"],
  ])("is beside %s, which is built", (from, href) => {
    expect(builtModule("./worker.ts", from).href).toBe(href);
  });

  it("is looked for beside the program where a bundler leaves no address of the module", () => {
    expect(builtModule("./worker.ts", undefined).href).toBe(
      new URL("worker.js", pathToFileURL(process.argv[1] ?? "")).href,
    );
  });

  it("is there for sources and for what is built of them, this one for itself", () => {
    expect(import.meta.url).toMatch(/\.ts$/);
    const fromSource = builtModule("./built-module.ts", import.meta.url);
    expect(existsSync(fromSource)).toBe(true);
    const program = `const { builtModule } = await import(${JSON.stringify(fromSource.href)});
      console.log(builtModule("./built-module.ts", ${JSON.stringify(fromSource.href)}).href)`;
    const fromBuilt = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
      encoding: "utf8",
    });
    expect(fromBuilt.trim()).toBe(fromSource.href);
  });
});
