import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

declare global {
  interface Window {
    axe: typeof import("axe-core");
  }
}

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds wrong with the page, or with a part of it, minor or not, one line each; all of its rules, or these. */
export async function violations(
  page: Page,
  { within = "html", rules }: { within?: string; rules?: readonly string[] } = {},
): Promise<string[]> {
  await page.evaluate(source);
  return page.evaluate(
    async ([part, only]) => {
      const found = await window.axe.run(part, {
        resultTypes: ["violations"],
        ...(only && { runOnly: [...only] }),
      });
      return found.violations.map(
        ({ id, impact, help, nodes }) =>
          `${impact} ${id}: ${help}: ${nodes
            .slice(0, 3)
            .map(({ html }) => html.slice(0, 120))
            .join(" | ")}`,
      );
    },
    [within, rules] as const,
  );
}
