import { request as ask, createServer } from "node:http";
import { buffer } from "node:stream/consumers";

/**
 * What may happen to an insert on its way: it goes through; nobody gets it; half of it is sent; all of it, but the answer is lost; a
 * proxy's error, or the server's, in place of it, or in place of its answer.
 */
export const MISHAPS = ["none", "refused", "half", "answer lost", "error instead", "500", "error after"];
/** What may happen to a question: as above, or half of its answer comes. */
export const QUESTION_MISHAPS = ["none", "refused", "answer lost", "error instead", "500", "answer cut"];

/**
 * A proxy before a ClickHouse, on loopback.
 *
 * @param port the server's
 * @param mishap is asked for each request, whether it is an insert, what happens to it
 */
export async function startFaultyProxy(port, mishap) {
  const server = createServer({ maxHeaderSize: 1 << 20 }, (request, response) => {
    pass(request, response).catch(() => request.socket.destroy());
  });

  async function pass(request, response) {
    const happens = mishap(/query=INSERT/i.test(request.url));
    if (happens === "refused") return request.socket.destroy();
    const body = await buffer(request);
    if (happens === "error instead") return fail(response, 502, "Bad Gateway");
    if (happens === "500") return fail(response, 500, "Internal Server Error");
    const answer = await sent(
      request,
      happens === "half" ? body.subarray(0, body.length / 2) : body,
      happens === "half" ? body.length : undefined,
    );
    if (happens === "half" || happens === "answer lost") return request.socket.destroy();
    if (happens === "error after") return fail(response, 502, "Bad Gateway");
    response.writeHead(answer.statusCode, answer.headers);
    if (happens === "answer cut") {
      const half = answer.body.subarray(0, answer.body.length / 2);
      return response.write(half, () => setTimeout(() => request.socket.destroy(), 5));
    }
    response.end(answer.body);
  }

  /** @param claimed how long the body is said to be, where the connection is cut before that */
  function sent({ method, url, headers }, body, claimed) {
    return new Promise((resolve, reject) => {
      const { "transfer-encoding": _, ...others } = headers;
      const length = String(claimed ?? body.length);
      const out = ask({
        port,
        host: "127.0.0.1",
        method,
        path: url,
        headers: { ...others, "content-length": length },
      });
      out.on("error", (error) => (claimed === undefined ? reject(error) : resolve({})));
      out.on("response", (answer) => {
        const { statusCode, headers: answered } = answer;
        buffer(answer).then((bytes) => resolve({ statusCode, headers: answered, body: bytes }), reject);
      });
      out.write(body, () => claimed !== undefined && setTimeout(() => out.destroy(), 5));
      if (claimed === undefined) out.end();
    });
  }

  function fail(response, status, words) {
    response.writeHead(status, { "content-type": "text/html" });
    response.end(`<html>${words}</html>`);
  }

  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
