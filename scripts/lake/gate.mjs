import { connect, createServer } from "node:net";

/** A port of loopback behind which a server is, or nothing: it is shut first. */
export async function startGate(port) {
  const connections = new Set();
  const server = createServer((from) => {
    const to = connect(port, "127.0.0.1");
    for (const socket of [from, to]) {
      connections.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        connections.delete(socket);
        from.destroy();
        to.destroy();
      });
    }
    from.pipe(to).pipe(from);
  });
  let own = 0;
  const open = () => new Promise((resolve) => server.listen(own, "127.0.0.1", resolve));
  const shut = async () => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of connections) socket.destroy();
    await closed;
  };
  await open();
  own = server.address().port;
  await shut();
  return { port: own, open, shut };
}
