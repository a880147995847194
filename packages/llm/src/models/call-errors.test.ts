import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { CALL_ERRORS } from "./index.ts";

it("each reason why an attempt fails stands in the documentation, in this order", () => {
  const page = readFileSync(new URL("../../../../docs/llm-agents.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  const table = rows.slice(rows.indexOf(CALL_ERRORS[0]));
  expect(table.slice(0, CALL_ERRORS.length)).toEqual([...CALL_ERRORS]);
});
