// `npm run test:faults`: file systems that refuse, fill and lose, and logs as nobody should leave them. `-- --only TEXT` plays those with this
// in their name; `--short` leaves out the command line and most kinds. Nothing is drawn: what fails, fails again.
import { parseArgs } from "node:util";
import { build } from "../build.mjs";

const { values } = parseArgs({
  options: { only: { type: "string", default: "" }, short: { type: "boolean", default: false } },
});
build();
const { askOddLogs, SHORT_KINDS } = await import("./odd.mjs");
const { ODD_LOGS } = await import("./odd-logs.mjs");
const { mayMount, playWriters } = await import("./writing.mjs");

const { playServers } = await import("./serving-faults.mjs");

const isChosen = (name) => name.includes(values.only);
const say = (text) => console.log(text.slice(0, 2000));
const isRoot = await mayMount();
if (!isRoot) say("no file systems can be mounted here (needs root): a full disk is left out");
const problems = [];
const written = await playWriters({ only: isChosen, isRoot, isShort: values.short, say });
problems.push(...written.problems);
const served = values.short ? { played: 0, problems: [] } : await playServers({ only: isChosen, say });
problems.push(...served.problems);
const kinds = (values.short ? SHORT_KINDS : Object.keys(ODD_LOGS)).filter(isChosen);
const odd = kinds.length > 0 && (await askOddLogs({ kinds, byCommand: !values.short, say }));
problems.push(...(odd.problems ?? []));
console.log(
  `${written.played} scenarios of writers, ${served.played} of servers; ${odd.asked ?? 0} questions of ${odd.kinds ?? 0} odd logs: ${problems.length === 0 ? "each answered for what it is" : `${problems.length} problems`}`,
);
for (const problem of problems)
  console.log(
    `again: npm run test:faults -- --only ${JSON.stringify(problem.slice(0, problem.indexOf(":")))}`,
  );
process.exit(problems.length === 0 ? 0 : 1);
