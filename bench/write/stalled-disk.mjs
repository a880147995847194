// A disk whose third write takes five seconds.
import { nodeDisk } from "@llm-sim/events";

let writes = 0;
export const disk = {
  ...nodeDisk,
  write(...call) {
    if (++writes === 3) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_000);
    return nodeDisk.write(...call);
  },
};
