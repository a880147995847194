import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

declare global {
  interface Window {
    axe: typeof import("axe-core");
  }
}

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds wrong with the page that is serious or worse, one line each. */
export function seriousViolations(page: Page): Promise<string[]> {
  return violations(page, ["serious", "critical"]);
}

/** The same, however slight. */
export function violationsOfAnyLevel(page: Page): Promise<string[]> {
  return violations(page, ["minor", "moderate", "serious", "critical"]);
}

async function violations(page: Page, levels: readonly string[]): Promise<string[]> {
  await page.evaluate(source);
  return page.evaluate(async (wanted) => {
    const { violations: found } = await window.axe.run(document, { resultTypes: ["violations"] });
    return found
      .filter(({ impact }) => wanted.includes(impact ?? "minor"))
      .map(
        ({ id, help, nodes }) =>
          `${id}: ${help}: ${nodes
            .slice(0, 3)
            .map(({ html }) => html.slice(0, 120))
            .join(" | ")}`,
      );
  }, levels);
}
