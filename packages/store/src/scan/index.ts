export { joinedChecksum } from "./joined-checksum.ts";
export { scanStretch } from "./scan-stretch.ts";
export { type ScannedStretches, scanInThreads } from "./scan-threads.ts";
export type { ScannedPiece, ScanReply } from "./scanned.ts";
export { type Piece, STRETCH_BYTES, stretchesOf } from "./stretches.ts";
