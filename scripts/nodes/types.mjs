// What the compiler says of programs that use the packages: strictly, and with every declaration file checked.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../install.mjs";
import { specifiers } from "./checks.mjs";

/** As tsconfig.json names them. */
const RESOLUTIONS = {
  nodenext: { module: "nodenext", moduleResolution: "nodenext" },
  bundler: { module: "esnext", moduleResolution: "bundler" },
};
/** Built on what needs Node's types itself: fastify, ClickHouse's client. */
const NEEDING_NODE = ["@llm-sim/server", "@llm-sim/lake"];
/** zod itself needs `URL`, which either brings. */
const SURROUNDINGS = {
  "with Node's types": {
    lib: ["es2022"],
    types: ["node"],
    typeRoots: [join(root, "node_modules", "@types")],
  },
  "with DOM": { lib: ["es2022", "dom"], types: [], typeRoots: [] },
};
/** From this version on a CommonJS program may import what `require` can load. */
const COMMONJS_SINCE = [5, 8];

/** The combinations that are tried for each compiler. */
export const WAYS = Object.keys(SURROUNDINGS).flatMap((surroundings) =>
  Object.keys(RESOLUTIONS).map((resolution) => ({ surroundings, resolution })),
);

/** Compiles the simulation that `init` left in the project, and a program that imports every export. */
export async function compile(project, compiler, { surroundings, resolution }) {
  const { version } = JSON.parse(readFileSync(join(compiler, "../../package.json"), "utf8"));
  const isBefore = ([major, minor]) => {
    const [itsMajor, itsMinor] = version.split(".").map(Number);
    return itsMajor < major || (itsMajor === major && itsMinor < minor);
  };
  const imported = specifiers().filter(
    (specifier) =>
      surroundings === "with Node's types" || !NEEDING_NODE.some((name) => specifier.startsWith(name)),
  );
  const program = imported
    .map((specifier, at) => `import * as m${at} from "${specifier}"; export const e${at} = m${at};`)
    .join("\n");
  project.write("sim/package.json", JSON.stringify({ type: "module" }));
  const files = [
    project.write("all.mts", program),
    ...["engine.ts", "agent.ts"].map((name) => join(project.directory, "sim", name)),
  ];
  if (resolution === "nodenext" && !isBefore(COMMONJS_SINCE)) files.push(project.write("all.cts", program));
  const tsconfig = project.write(
    "tsconfig.json",
    JSON.stringify({
      compilerOptions: {
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        target: "es2022",
        allowImportingTsExtensions: true,
        ...RESOLUTIONS[resolution],
        ...SURROUNDINGS[surroundings],
      },
      files,
    }),
  );
  await project.run(process.execPath, [compiler, "-p", tsconfig]);
}
