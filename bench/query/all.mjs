// npm run bench:query — the store beside what else answers questions of a log, a text looked for in everything, then the same over HTTP, and what checking an event costs.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const scripts = ["main.mjs", "text.mjs", "http.mjs", "event-check.mjs"].map((name) =>
  join(import.meta.dirname, name),
);
// Fifty million events take minutes, and 25 GB of disk: asked for, they come alone.
if (process.argv.includes("--fifty-million")) {
  const args = process.argv.slice(2).filter((argument) => argument !== "--fifty-million");
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, "vast.mjs"), ...args], {
    stdio: "inherit",
  });
  process.exit(status ?? 1);
}
const results = scripts.map((script, index) => {
  const args = index === 0 ? process.argv.slice(2) : [];
  return spawnSync(process.execPath, [script, ...args], { stdio: "inherit" }).status;
});
process.exitCode = results.every((status) => status === 0) ? 0 : 1;
console.log(
  "\nLeft out, as it takes minutes and 25 GB: 50 million events. npm run bench:query -- --fifty-million",
);
