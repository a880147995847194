import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as z from "zod";

setFlagsFromString("--expose-gc");
const collectGarbage = z.function({ input: [], output: z.void() }).parse(runInNewContext("gc"));

/** Bytes that the process holds besides code, garbage aside. */
export function heldBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
