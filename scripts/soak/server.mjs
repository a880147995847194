// The server of the run, in a process of its own: node --expose-gc server.mjs DIRECTORY. Is asked over IPC for the bytes that it holds.
import { startServer } from "../../packages/server/dist/index.js";
import { heldBytes } from "./held-bytes.mjs";

const server = await startServer({ outputDir: process.argv[2], port: 0 });
process.on("message", (message) => {
  if (message === "held") process.send(heldBytes());
  if (message === "end") void server.close().then(() => process.disconnect());
});
process.on("disconnect", () => process.exit());
process.send(server.port);
