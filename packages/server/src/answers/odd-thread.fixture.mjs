// A thread that misbehaves as it is told, in place of the one that answers: what the name of a question says.
import { parentPort } from "node:worker_threads";

parentPort.postMessage({ kind: "here" });
parentPort.on("message", ({ kind, id, name }) => {
  if (kind === "end") parentPort.close();
  if (kind === "leave") parentPort.postMessage({ kind: "here" });
  if (kind !== "question") return;
  if (name === "crash") throw new Error("poisoned");
  if (name === "spin") for (;;);
  if (name === "devour") for (const held = []; ; ) held.push(new Array(1000).fill(id));
  if (name === "wait") return;
  const body = new TextEncoder().encode(JSON.stringify(name));
  setTimeout(
    () => parentPort.postMessage({ kind: "answer", id, answer: { body } }),
    name === "slow" ? 50 : 0,
  );
});
