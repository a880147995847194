/** Bytes that this process holds besides code, garbage aside; takes `--expose-gc`. */
export function heldBytes() {
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
