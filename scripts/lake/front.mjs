// A process that stands for a ClickHouse server: its HTTP interface, as far as the official client uses it, before the engine in this
// process. Its directory is the argument; it prints its port, and ends when its standard input does.
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { clusterArguments, divideRows, onOneServer } from "./two-shards.mjs";

const [chdb, directory, wantedPort = "0", password = ""] = [
  ...process.argv.slice(2, 5),
  process.env.FRONT_PASSWORD,
];
const { Session } = createRequire(join(chdb, "package.json"))(chdb);
const inserts = mkdtempSync(join(directory, "..", "front-inserts-"));
const isCluster = process.env.FRONT_CLUSTER !== undefined;
const options = isCluster ? { connectionArgs: clusterArguments(inserts) } : {};
// One is kept open: libchdb closes the directory with the last of them.
const keeper = new Session(directory, options);
const sessions = new Map();
let counter = 0;

/** Of the URL's parameters, those that are no settings. */
const NO_SETTINGS = new Set([
  "query",
  "query_id",
  "database",
  "default_format",
  "session_id",
  "session_timeout",
  "session_check",
  "role",
  "user",
  "password",
  "wait_end_of_query",
  "enable_http_compression",
]);
/** Once it is set, nothing can be set any more. */
const LAST = ["readonly"];
const STREAMED = /^\s*(SELECT|WITH)\b/i;
const FORMAT_AT_END = /\bFORMAT\s+(\w+)\s*;?\s*$/i;
const INSERT_WITH_DATA = /^\s*INSERT\s+INTO\s[\s\S]*?\bFORMAT\s+(\w+)\s*$/i;
const AUTHENTICATION_FAILED = 516;
const STATUS_OF = { 516: 403, 497: 403, 60: 404, 81: 404, 159: 408, 241: 500, 243: 500 };

const server = createServer({ maxHeaderSize: 1 << 20, keepAliveTimeout: 10_000 }, (request, response) => {
  answer(request, response).catch((error) => {
    response.destroy(error);
  });
});

async function answer(request, response) {
  const url = new URL(request.url, "http://front");
  if (url.pathname === "/ping") {
    request.resume();
    return response.end("Ok.\n");
  }
  if (!isKnown(request)) {
    request.resume();
    return fail(
      response,
      AUTHENTICATION_FAILED,
      "default: Authentication failed: password is incorrect. (AUTHENTICATION_FAILED)",
    );
  }
  const inUrl = url.searchParams.get("query");
  const { session, release } = sessionOf(url.searchParams.get("session_id"));
  let file;
  try {
    const body = request.headers["content-encoding"] === "gzip" ? request.pipe(createGunzip()) : request;
    let sql = inUrl;
    const parameters = new Map(url.searchParams);
    const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(request.headers["content-type"] ?? "")?.[1];
    if (boundary !== undefined) {
      for (const [name, value] of partsOf(await buffer(request), boundary)) parameters.set(name, value);
      sql = parameters.get("query");
    } else if (inUrl === null) sql = (await buffer(body)).toString();
    else {
      file = join(inserts, `${counter++}`);
      // What came only in part was not all there was: nothing of it is put in.
      await pipeline(body, createWriteStream(file));
    }
    if (isCluster) sql = onOneServer(sql);
    prepare(session, parameters, STREAMED.test(sql));
    await (file === undefined ? run(session, sql, request, response) : insert(session, sql, file, response));
  } catch (error) {
    if (!response.headersSent) fail(response, codeIn(error), `${error.message}`);
    else throw error;
  } finally {
    release();
    if (file !== undefined) rmSync(file, { force: true });
  }
}

function isKnown(request) {
  if (password === "") return true;
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  const given =
    basic === undefined ? "" : Buffer.from(basic, "base64").toString().split(":").slice(1).join(":");
  return given === password;
}

function sessionOf(id) {
  if (id === null) {
    const session = new Session(directory, options);
    return { session, release: () => session.close() };
  }
  if (!sessions.has(id)) sessions.set(id, new Session(directory, options));
  return { session: sessions.get(id), release: () => undefined };
}

function prepare(session, parameters, isQuestion) {
  const database = parameters.get("database");
  if (database) session.query(`USE \`${database.replaceAll("`", "\\`")}\``);
  if (isCluster && isQuestion) divideRows(session);
  const settings = [...parameters].filter(([name]) => !NO_SETTINGS.has(name));
  settings.sort(([one], [other]) => Number(LAST.includes(one)) - Number(LAST.includes(other)));
  // Together, as each statement takes its time; which one it is that the engine does not know, it says.
  const all = settings.map(([name, value]) => `${name} = ${quoted(value)}`);
  if (all.length > 0) session.query(`SET ${all.join(", ")}`);
}

const quoted = (text) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

async function insert(session, sql, file, response) {
  const format = INSERT_WITH_DATA.exec(sql)?.[1];
  if (format === undefined)
    throw new Error(
      "Code: 62. DB::Exception: the front puts in what has a FORMAT at its end. (SYNTAX_ERROR)",
    );
  const head = sql.replace(FORMAT_AT_END, "");
  await session.queryAsync(`${head} FROM INFILE ${quoted(file)} FORMAT ${format}`);
  heads(response);
  response.end();
}

async function run(session, sql, request, response) {
  const gzip = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
  const format = FORMAT_AT_END.exec(sql)?.[1] ?? "TabSeparated";
  const text = sql.replace(FORMAT_AT_END, "");
  if (!STREAMED.test(sql)) {
    const result = await session.queryAsync(text, { format });
    heads(response);
    return response.end(result.bytes());
  }
  const tag = `front${counter++}`.padEnd(16, "0");
  const stream = session.queryStream(text, { format });
  const out = gzip ? createGzip({ level: 1 }) : response;
  let hasLeft = false;
  const left = new Promise((resolve) => {
    response.once("close", () => {
      hasLeft = !response.writableFinished;
      resolve();
    });
  });
  let started = false;
  const start = () => {
    if (started) return;
    started = true;
    heads(response, {
      "X-ClickHouse-Format": format,
      "X-ClickHouse-Exception-Tag": tag,
      ...(gzip && { "Content-Encoding": "gzip" }),
    });
    if (gzip) out.pipe(response);
  };
  try {
    for await (const chunk of stream) {
      if (hasLeft) return;
      start();
      // A copy: the engine's memory goes with the chunk.
      if (!out.write(Buffer.from(chunk.raw()))) await Promise.race([once(out, "drain"), left]);
    }
  } catch (error) {
    if (!started) throw error;
    const message = `${error.message}\n`;
    out.write(
      `\r\n__exception__\r\n${tag}\r\n${message}${Buffer.byteLength(message)} ${tag}\r\n__exception__\r\n`,
    );
  } finally {
    if (hasLeft) stream.cancel();
  }
  start();
  out.end();
}

const once = (emitter, name) => new Promise((resolve) => emitter.once(name, resolve));

function heads(response, more = {}) {
  response.writeHead(200, {
    "X-ClickHouse-Timezone": "UTC",
    "X-ClickHouse-Summary": '{"read_rows":"0"}',
    ...more,
  });
}

function fail(response, code, message) {
  response.writeHead(STATUS_OF[code] ?? 500, { "X-ClickHouse-Exception-Code": String(code) });
  const text = message.startsWith("Code: ") ? message : `Code: ${code}. DB::Exception: ${message}`;
  response.end(`${text}\n`);
}

function codeIn(error) {
  return Number(/Code: (\d+)/.exec(error.message)?.[1] ?? 1002);
}

/** The parts of a multipart body, by their names. */
function* partsOf(bytes, boundary) {
  for (const part of bytes.toString("latin1").split(`--${boundary}`)) {
    const name = /name="([^"]+)"/.exec(part)?.[1];
    const at = part.indexOf("\r\n\r\n");
    if (name !== undefined && at !== -1)
      yield [name, Buffer.from(part.slice(at + 4, -2), "latin1").toString()];
  }
}

process.stdin.resume();
process.stdin.on("end", () => {
  server.close();
  server.closeAllConnections();
  keeper.close();
  rmSync(inserts, { recursive: true, force: true });
  process.exit(0);
});
server.listen(Number(wantedPort), "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`);
});
