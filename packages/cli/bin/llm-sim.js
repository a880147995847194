#!/usr/bin/env node
import { existsSync } from "node:fs";

// A command is loaded when it is called: what is missing of it is missing then.
await import("../dist/main.js").then(({ main }) => main()).catch(explainAbsence);

/** Before anything was built or installed there is nothing else that could say so. */
function explainAbsence(error) {
  if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
  const isClone = existsSync(new URL("../../../scripts/build.mjs", import.meta.url));
  console.error(
    isClone
      ? "error: this clone of llm-sim is not built: run `npm start` or `npm run build` first"
      : `error: llm-sim is not installed whole, install it again: ${error.message}`,
  );
  process.exit(1);
}
