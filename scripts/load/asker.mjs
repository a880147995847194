// A light HTTP client: a socket that is kept, one request on it at a time, and no look at what the answer says.
import { connect } from "node:net";

const END_OF_CHUNKS = "0\r\n\r\n";

export class Asker {
  #port;
  #socket;

  constructor(port) {
    this.#port = port;
  }

  /**
   * @param {string} path
   * @param {{ keepsBody?: boolean }} options
   * @returns {Promise<{ status: number, ms: number, retryAfter?: number, bytes: number, body?: string }>} milliseconds from sending to the last
   *   byte
   */
  ask(path, { keepsBody = false } = {}) {
    const start = performance.now();
    return new Promise((resolve, reject) => {
      const socket = this.#open();
      let head = "";
      let left = -1; // bytes of the body that have not come; unknown before the head has
      let isChunked = false;
      let bytes = 0;
      let tail = "";
      const parts = [];
      const done = (error) => {
        socket.off("data", take).off("close", closed).off("error", failed);
        if (error) {
          this.#socket = undefined;
          socket.destroy();
          reject(error);
          return;
        }
        const retryAfter = /^retry-after: (\d+)/im.exec(head)?.[1];
        resolve({
          status: Number(head.slice(9, 12)),
          ms: performance.now() - start,
          bytes,
          ...(retryAfter !== undefined && { retryAfter: Number(retryAfter) }),
          ...(keepsBody && { body: Buffer.concat(parts).toString() }),
        });
      };
      const takeBody = (chunk) => {
        bytes += chunk.length;
        if (keepsBody) parts.push(chunk);
        if (isChunked) {
          tail = (tail + chunk.latin1Slice(Math.max(0, chunk.length - 5))).slice(-5);
          if (tail === END_OF_CHUNKS) done();
        } else {
          left -= chunk.length;
          if (left <= 0) done();
        }
      };
      const take = (chunk) => {
        if (left !== -1) {
          takeBody(chunk);
          return;
        }
        const text = head + chunk.latin1Slice();
        const end = text.indexOf("\r\n\r\n");
        if (end === -1) {
          head = text;
          return;
        }
        const before = head.length;
        head = text.slice(0, end);
        isChunked = /^transfer-encoding: chunked/im.test(head);
        left = isChunked ? 0 : Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
        const rest = chunk.subarray(end + 4 - before);
        if (rest.length > 0 || (left === 0 && !isChunked)) takeBody(rest);
      };
      const closed = () => done(new Error(`${path}: the connection was closed`));
      const failed = (error) => done(error);
      socket.on("data", take).on("close", closed).on("error", failed);
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${this.#port}\r\n\r\n`);
    });
  }

  /** Leaves, whatever is under way. */
  leave() {
    this.#socket?.on("error", () => undefined).destroy();
    this.#socket = undefined;
  }

  #open() {
    if (this.#socket === undefined || this.#socket.destroyed) {
      this.#socket = connect(this.#port, "127.0.0.1");
      this.#socket.setNoDelay(true).setMaxListeners(20);
      this.#socket.on("error", () => undefined);
    }
    return this.#socket;
  }
}
