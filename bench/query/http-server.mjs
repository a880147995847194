// The server that http.mjs measures, in a process of its own, as it is for a user. Takes the output directory; is asked for its memory and time over IPC.
import { startServer } from "@llm-sim/server";

const server = await startServer({ outputDir: process.argv[2], port: 0 });
process.on("message", (message) => {
  if (message === "usage") process.send({ rss: process.memoryUsage().rss, cpu: process.cpuUsage() });
  if (message === "close") void server.close().then(() => process.disconnect());
});
process.send({ port: server.port });
process.on("disconnect", () => process.exit()); // whoever measures has gone
