// Asks threads while every descriptor of this process is taken, and again when they are there; prints what came of it, a line of JSON.
import { closeSync, openSync } from "node:fs";
import { ThreadPool } from "../../dist/answers/thread-pool.js";
import { toApiError } from "../../dist/errors/index.js";

const threads = new ThreadPool("nowhere", 1, {
  module: new URL("odd-thread.fixture.mjs", import.meta.url),
  memory: 32,
});
const asked = async (name) => {
  try {
    const { body } = await threads.ask({
      name,
      request: { params: {}, query: {} },
      signal: new AbortController().signal,
      onPiece: () => undefined,
    });
    return JSON.parse(Buffer.from(body).toString());
  } catch (error) {
    const { code, statusCode, message } = toApiError(error);
    return { code, statusCode, message };
  }
};

const taken = [];
try {
  for (;;) taken.push(openSync("/dev/null", "r"));
} catch {
  // There is none left.
}
const without = await asked("without");
for (const descriptor of taken) closeSync(descriptor);
const after = await asked("after");
console.log(JSON.stringify({ without, after }));
await threads.close();
