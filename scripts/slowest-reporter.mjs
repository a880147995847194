import { relative } from "node:path";
import { root } from "./install.mjs";

const NAMED = 10;

/** Names the slowest test files of a run of many, before vitest's own summary, which stays the last word. */
export default class SlowestReporter {
  onTestRunEnd(testModules) {
    if (testModules.length <= NAMED) return;
    const timed = testModules.map((module) => {
      const { collectDuration, duration } = module.diagnostic();
      return { file: relative(root, module.moduleId), seconds: (collectDuration + duration) / 1000 };
    });
    timed.sort((left, right) => right.seconds - left.seconds);
    console.log(`\nThe ${NAMED} slowest files:`);
    for (const { file, seconds } of timed.slice(0, NAMED))
      console.log(`${seconds.toFixed(1).padStart(7)} s  ${file}`);
  }
}
