import { relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";

const NAMED = 10;

/** Names the slowest test files of a run of many, before vitest's own summary, which stays the last word. */
export class SlowestReporter implements Reporter {
  onTestRunEnd(testModules: readonly TestModule[]): void {
    if (testModules.length <= NAMED) return;
    const timed = testModules.map((module) => {
      const { collectDuration, duration } = module.diagnostic();
      return { file: relative(process.cwd(), module.moduleId), seconds: (collectDuration + duration) / 1000 };
    });
    timed.sort((left, right) => right.seconds - left.seconds);
    console.log(`\nThe ${NAMED} slowest files:`);
    for (const { file, seconds } of timed.slice(0, NAMED)) {
      console.log(`${seconds.toFixed(1).padStart(7)} s  ${file}`);
    }
  }
}
