import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startModelServer } from "@llm-sim/llm/testing";
import { installed } from "./llama.mjs";
import { CONTEXT_LENGTH, MODEL_NAME, tinyModel } from "./tiny-model.mjs";

/**
 * Starts a server on loopback that speaks OpenAI's chat completions, behind which a real model says what comes to it: with a schema,
 * JSON that fits its grammar. One request after the other.
 */
export async function startRealModel() {
  const folder = installed();
  const { getLlama, LlamaCompletion } = await import(pathToFileURL(join(folder, "dist", "index.js")).href);
  // More threads than cores that are free wait for each other in busy loops.
  const settings = { gpu: false, build: "never", skipDownload: true, progressLogs: false, maxThreads: 1 };
  const llama = await getLlama({ ...settings, logLevel: "warn" });
  const model = await llama.loadModel({ modelPath: writtenModel(join(folder, "..", "..")) });
  const context = await model.createContext({ contextSize: CONTEXT_LENGTH });
  const sequence = context.getSequence();
  const completion = new LlamaCompletion({ contextSequence: sequence });

  async function answer({ body }) {
    const lines = body.messages.map(({ role, content }) => `${role}: ${content}\n`);
    const prompt = `${lines.join("")}assistant: `;
    const schema = body.response_format?.json_schema?.schema;
    let said = 0;
    await sequence.clearHistory();
    const { response, metadata } = await completion.generateCompletionWithMeta(prompt, {
      maxTokens: body.max_tokens ?? 400,
      temperature: body.temperature ?? 1,
      topP: body.top_p ?? 1,
      seed: body.seed ?? Math.floor(Math.random() * 2 ** 32),
      customStopTriggers: body.stop,
      grammar: schema && (await llama.createGrammarForJsonSchema(inItsWords(schema))),
      disableContextShift: true,
      onToken: (tokens) => {
        said += tokens.length;
      },
    });
    return {
      text: response,
      finish_reason: metadata.stopReason === "maxTokens" ? "length" : "stop",
      served_model: MODEL_NAME,
      usage: { prompt_tokens: model.tokenize(prompt).length, completion_tokens: said },
    };
  }

  let last = Promise.resolve();
  const server = await startModelServer((request) => {
    const answered = last.then(() => answer(request));
    last = answered.catch(() => undefined);
    return answered.catch((error) => ({ status: 500, error: `${error}` }));
  });
  return {
    base_url: server.base_url,
    requests: server.requests,
    async close() {
      await server.close();
      await last;
      await llama.dispose();
    },
  };
}

function writtenModel(home) {
  const file = join(home, "models", `${MODEL_NAME}.gguf`);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, tinyModel());
  return file;
}

/** node-llama-cpp takes `oneOf` for what a schema says as `anyOf`; a grammar makes no difference of them. */
function inItsWords(schema) {
  if (Array.isArray(schema)) return schema.map(inItsWords);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key === "anyOf" ? "oneOf" : key, inItsWords(value)]),
  );
}
