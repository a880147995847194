import { parentPort, workerData } from "node:worker_threads";
import { verifyRun } from "@llm-sim/events/read";

parentPort?.postMessage(await verifyRun(String(workerData)));
