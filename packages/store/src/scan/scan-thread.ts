import { parentPort } from "node:worker_threads";
import { buffersOf } from "../run-index/index.ts";
import { scanStretch } from "./scan-stretch.ts";
import type { ScanOrder, ScanReply } from "./scanned.ts";
import type { Piece } from "./stretches.ts";

/** So many parts may be waiting to be taken. */
const MOST_WAITING = 2;

const parts = { waiting: 0, onTaken: (): void => {} };
const orders: (readonly Piece[])[] = [];
let isScanning = false;

parentPort?.on("message", (order: ScanOrder) => {
  if (order.kind === "taken") {
    parts.waiting--;
    parts.onTaken();
    return;
  }
  orders.push(order.pieces);
  if (!isScanning) void scanAll();
});

async function scanAll(): Promise<void> {
  isScanning = true;
  for (let pieces = orders.shift(); pieces !== undefined; pieces = orders.shift()) {
    const end = await scanStretch(pieces, async (scanned, rows) => {
      while (parts.waiting >= MOST_WAITING)
        await new Promise<void>((resolve) => {
          parts.onTaken = resolve;
        });
      parts.waiting++;
      // Its arrays change hands; nothing is copied.
      send({ kind: "part", pieces: scanned, rows }, buffersOf(rows));
    });
    send(end);
  }
  isScanning = false;
}

function send(reply: ScanReply, transferred: ArrayBuffer[] = []): void {
  parentPort?.postMessage(reply, transferred);
}
