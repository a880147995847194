// `npm test`: install, build, check, then every test. Arguments go to vitest: `npm test -- segment`.
import { join } from "node:path";
import { build } from "./build.mjs";
import { check } from "./check.mjs";
import { root, run } from "./install.mjs";

build();
check();
run(join(root, "node_modules", ".bin", "vitest"), ["run", ...process.argv.slice(2)]);
