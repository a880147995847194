import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { expect, it } from "vitest";
import { codeOf, receivedError, sentError } from "./errors.ts";
import { isWriteError, WriteError } from "./index.ts";
import { isRunReadError, RunReadError } from "./read/index.ts";

/** As a thread's message gets over. */
function sent<T>(value: T): T {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(value);
  const received = receiveMessageOnPort(port2);
  port1.close();
  return received?.message;
}

it("an error that crosses a thread keeps its class's name, its code and what else it says", () => {
  const error = new RunReadError("NOT_A_RUN", "/runs/lake", "there is no run");
  const received = receivedError(sent(sentError(error)));
  expect([
    isRunReadError(received, "NOT_A_RUN"),
    isRunReadError(received, "SEGMENT_GONE"),
    isWriteError(received),
  ]).toEqual([true, false, false]);
  expect(received).toMatchObject({ message: "there is no run", path: "/runs/lake", stack: error.stack });
});

it("an error is told by its code, whichever copy of the package made it", () => {
  const other = Object.assign(new Error("locked"), {
    name: "WriteError",
    code: "RUN_LOCKED",
    directory: "/runs/lake",
  });
  expect(isWriteError(other, "RUN_LOCKED")).toBe(true);
  expect(isWriteError(other, "RUN_ENDED")).toBe(false);
  expect(isWriteError(new WriteError("RUN_ENDED", "/runs/lake", "it has ended"), "RUN_ENDED")).toBe(true);
  expect(isWriteError(Object.assign(new Error("x"), { name: "WriteError" }))).toBe(false);
  expect([codeOf(other), codeOf(new Error("x")), codeOf("RUN_LOCKED")]).toEqual([
    "RUN_LOCKED",
    undefined,
    undefined,
  ]);
});
