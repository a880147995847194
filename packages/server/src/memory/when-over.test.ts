import { once } from "node:events";
import { connect } from "node:net";
import Fastify from "fastify";
import { expect, it } from "vitest";
import { whenOver } from "./when-over.ts";

it("is told of an answer that has gone out, and of all answers of a connection that was closed, also of those that wait behind another", async () => {
  const app = Fastify();
  const begun: string[] = [];
  const over: string[] = [];
  app.get<{ Params: { name: string } }>("/:name", (request, reply) => {
    const { name } = request.params;
    begun.push(name);
    whenOver(reply, () => over.push(name));
    if (name === "quick") reply.send("there it is");
  });
  const { port } = new URL(await app.listen({ port: 0, host: "127.0.0.1" }));
  const socket = connect(Number(port), "127.0.0.1");
  const ask = (name: string): string => `GET /${name} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  socket.write(ask("quick"));
  await once(socket, "data");
  await expect.poll(() => over).toEqual(["quick"]);
  socket.write(ask("slow") + ask("behind") + ask("last"));
  await expect.poll(() => begun).toEqual(["quick", "slow", "behind", "last"]);
  socket.destroy();
  await expect.poll(() => over.toSorted()).toEqual(["behind", "last", "quick", "slow"]);
  await app.close();
});
