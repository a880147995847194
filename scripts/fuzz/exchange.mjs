// One connection of a client that sends whatever bytes it is given, and reads answers as HTTP/1.1 has them.
import { connect } from "node:net";

/** Answers are read up to this, in bytes; of a stream that goes on it is enough. */
const READ_AT_MOST = 64 * 1024 * 1024;

/**
 * @typedef {object} HttpAnswer
 * @property {number} status
 * @property {string} head as it came, status line and all
 * @property {Record<string, string>} headers by lower-case name; what comes twice is joined by commas
 * @property {Buffer} body without the framing of chunks
 * @property {boolean} isWhole whether it came to its end
 */

/**
 * Sends, and reads as many answers as are expected.
 *
 * @param {number} port
 * @param {readonly (Buffer | number)[]} parts what is sent, and for how many milliseconds it is waited in between
 * @param {{ methods: readonly string[], patience: number, streamFor: number, hangsUp?: boolean }} how `methods` of the requests that are in
 *   it; `patience`: milliseconds until it is given up; `streamFor`: milliseconds that a stream is read for; `hangsUp`: the client leaves at
 *   once where it has sent
 * @returns {Promise<{ answers: HttpAnswer[], closed: boolean, error?: string, rest: Buffer }>}
 */
export function exchange(port, parts, { methods, patience, streamFor, hangsUp = false }) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.setNoDelay(true);
    const chunks = [];
    let size = 0;
    let parsedSize = -1;
    let error;
    let streamTimer;
    const finish = (closed) => {
      clearTimeout(timer);
      clearTimeout(streamTimer);
      socket.destroy();
      const { answers, rest } = answersIn(Buffer.concat(chunks), methods, closed);
      resolve({ answers, closed, rest, ...(error !== undefined && { error }) });
    };
    const timer = setTimeout(() => {
      error = `nothing more came for ${patience} ms`;
      finish(false);
    }, patience);
    const look = () => {
      // Large answers come in many pieces: they are looked through again when they have grown by a part.
      if (size < parsedSize * 1.2) return;
      const { answers, isStream } = answersIn(Buffer.concat(chunks), methods, false);
      parsedSize = answers.at(-1)?.isWhole === false ? size : -1;
      if (answers.length >= methods.length && answers.at(-1)?.isWhole) finish(false);
      else if (size > READ_AT_MOST) finish(false);
      else if (isStream) streamTimer ??= setTimeout(() => finish(false), streamFor);
    };
    let late;
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      size += chunk.length;
      look();
      // The last piece may be a small one.
      clearTimeout(late);
      late = setTimeout(() => {
        parsedSize = -1;
        look();
      }, 20);
    });
    socket.on("error", ({ code }) => {
      error = code;
    });
    socket.on("close", () => {
      clearTimeout(late);
      finish(true);
    });
    const send = async () => {
      for (const part of parts) {
        if (typeof part === "number") await new Promise((done) => setTimeout(done, part));
        else if (!socket.destroyed) socket.write(part);
      }
      if (hangsUp) socket.end(() => setTimeout(() => finish(false), 1));
    };
    socket.on("connect", () => void send());
  });
}

/** What has come so far; where the connection was closed, an answer without a length ends there. */
function answersIn(bytes, methods, closed) {
  const answers = [];
  let at = 0;
  let isStream = false;
  while (at < bytes.length) {
    const end = bytes.indexOf("\r\n\r\n", at);
    if (end === -1) break;
    const head = bytes.toString("latin1", at, end);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
    if (Number.isNaN(status)) break;
    const headers = headersIn(head);
    at = end + 4;
    if (status < 200) continue; // 100 Continue
    isStream = headers["content-type"]?.startsWith("text/event-stream") === true;
    const answer = { status, head, headers, body: Buffer.alloc(0), isWhole: true };
    answers.push(answer);
    if (methods[answers.length - 1] === "HEAD" || status === 204 || status === 304) continue;
    if (headers["transfer-encoding"] === "chunked") {
      const { body, next } = chunksIn(bytes, at);
      answer.body = body;
      answer.isWhole = next !== undefined;
      at = next ?? bytes.length;
    } else if (headers["content-length"] !== undefined) {
      const length = Number(headers["content-length"]);
      answer.body = bytes.subarray(at, at + length);
      answer.isWhole = answer.body.length === length;
      at += length;
    } else {
      answer.body = bytes.subarray(at);
      answer.isWhole = closed;
      at = bytes.length;
    }
    if (!answer.isWhole) break;
  }
  return { answers, isStream, rest: bytes.subarray(at) };
}

function headersIn(head) {
  const headers = {};
  for (const line of head.split("\r\n").slice(1)) {
    const [, name, value] = /^([^:]+):[ \t]*(.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const known = headers[name.toLowerCase()];
    headers[name.toLowerCase()] = known === undefined ? value : `${known}, ${value}`;
  }
  return headers;
}

/** The bytes in chunks from `at` on, and where they end. */
function chunksIn(bytes, at) {
  const parts = [];
  for (;;) {
    const end = bytes.indexOf("\r\n", at);
    if (end === -1) return { body: Buffer.concat(parts) };
    const length = Number.parseInt(bytes.toString("latin1", at, end), 16);
    if (Number.isNaN(length)) throw new Error(`no length of a chunk: ${bytes.toString("latin1", at, end)}`);
    const from = end + 2;
    if (length === 0) {
      const next = bytes.length >= from + 2 ? from + 2 : undefined;
      return { body: Buffer.concat(parts), ...(next !== undefined && { next }) };
    }
    parts.push(bytes.subarray(from, Math.min(from + length, bytes.length)));
    at = from + length + 2;
    if (at > bytes.length) return { body: Buffer.concat(parts) };
  }
}
