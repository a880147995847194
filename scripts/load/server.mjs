// The server that is loaded, in a process of its own: node server.mjs DIRECTORY. Is asked over IPC how long its loop was held.
import { startServer } from "../../packages/server/dist/index.js";
import { takeLongestHold } from "./longest-hold.mjs";

const server = await startServer({ outputDir: process.argv[2], port: 0 });
process.on("message", (message) => {
  if (message === "longest hold") process.send(takeLongestHold());
  if (message === "close") void server.close().then(() => process.disconnect());
});
process.send({ port: server.port });
process.on("disconnect", () => process.exit()); // whoever measures has gone
