import { createModelClient, jsonSchemaFor, type ModelRequest, takeJson } from "@llm-sim/llm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { startRealModel } from "./real-model.mjs";
import { MODEL_NAME } from "./tiny-model.mjs";

let server: Awaited<ReturnType<typeof startRealModel>>;
beforeAll(async () => {
  server = await startRealModel();
});
afterAll(() => server.close());

async function attempt(asked: Partial<ModelRequest>) {
  const client = await createModelClient({ base_url: server.base_url });
  const messages = [
    { role: "system", content: "You fish." },
    { role: "user", content: "How much?" },
  ] as const;
  return client.attempt({ model: "tiny", sampling: {}, messages, ...asked }, { timeoutMs: 30_000 });
}

describe("a real model", () => {
  it("says something, of which the tokens are counted", async () => {
    const outcome = await attempt({ sampling: { seed: 1 } });
    expect(outcome).toMatchObject({ outcome: "response", finish_reason: "stop", served_model: MODEL_NAME });
    // Its tokens are bytes.
    const output_tokens = Buffer.byteLength(textOf(outcome));
    const prompt = "system: You fish.\nuser: How much?\nassistant: ";
    expect(outcome).toMatchObject({ usage: { input_tokens: prompt.length, output_tokens } });
  });

  it("says the same for the same seed, and something else for another", async () => {
    const answered = async (seed: number) => textOf(await attempt({ sampling: { seed } }));
    const [first, again, other] = await Promise.all([answered(1), answered(1), answered(2)]);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it("is truncated where no more tokens are allowed", async () => {
    const outcome = await attempt({ sampling: { max_tokens: 3, seed: 3 } });
    expect(outcome).toMatchObject({ finish_reason: "length", usage: { output_tokens: 3 } });
  });

  it("answers a schema in JSON that fits it, by its grammar, whatever it means", async () => {
    const offer = z.object({
      move: z.enum(["offer", "walk_away"]),
      why: z.string(),
      for: z.array(z.enum(["ann", "bo"])).max(2),
      best: z.nullable(z.boolean()),
    });
    const schema = jsonSchemaFor(offer);
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    const taken = await Promise.all(
      seeds.map(async (seed) => {
        const outcome = await attempt({ sampling: { seed, max_tokens: 2000 }, schema });
        return outcome.outcome === "response" && takeJson(outcome, offer);
      }),
    );
    expect(taken).toEqual(seeds.map(() => ({ ok: true, value: expect.anything(), marks: [] })));
    expect(new Set(taken.map((each) => JSON.stringify(each))).size).toBeGreaterThan(10);
  });

  it("answers a choice of what one may do with one of it", async () => {
    const choice = z.object({
      action: z.union([
        z.object({ type: z.literal("accept") }),
        z.object({ type: z.literal("offer"), payload: z.object({ share: z.enum(["half", "all"]) }) }),
      ]),
    });
    const outcome = await attempt({ sampling: { seed: 4 }, schema: jsonSchemaFor(choice) });
    expect(outcome.outcome === "response" && takeJson(outcome, choice)).toMatchObject({ ok: true });
  });
});

function textOf(outcome: Awaited<ReturnType<typeof attempt>>) {
  return outcome.outcome === "response" ? outcome.text : outcome.error;
}
