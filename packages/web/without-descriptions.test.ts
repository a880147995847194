import { parseAst } from "vite";
import { expect, it } from "vitest";
import { cutDescriptions } from "./without-descriptions.ts";

const cut = (code: string) => cutDescriptions(code, parseAst(code));

it("schemas are what they were, without what they say for the documentation, wherever it stands", () => {
  expect(
    cut(`const step = z.object({
  id: z.string().meta({ description: "a ULID (of \`26\`)" }).optional(),
  kinds: z.array(z.enum(KINDS).meta({ description: text("a") })).meta({ example: ["a"] }),
}).meta({ title: "Step" });`),
  ).toBe(`const step = z.object({
  id: z.string().optional(),
  kinds: z.array(z.enum(KINDS)),
});`);
});

it("endpoints and errors keep all but their summaries", () => {
  expect(
    cut(
      'const why = { path: "/why", summary: "Why", description: "a " + "b", answer: z.string(), errors: [] };',
    ),
  ).toBe('const why = { path: "/why", answer: z.string(), errors: [] };');
});

it("what only looks so stays", () => {
  const code = `const url = import.meta.url; meta({ a: 1 }); thing.metadata({}); const text = ".meta({})"; const a = { description: b };`;
  expect(cut(code)).toBe(code);
});
