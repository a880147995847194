import { Readable } from "node:stream";
import {
  type ClickHouseClient,
  ClickHouseLogLevel,
  type ClickHouseSettings,
  createClient,
  parseError,
} from "@clickhouse/client";
import { type LakeAddress, lakeName, parseLakeAddress } from "../address/index.ts";
import { troubleOf } from "./trouble.ts";

/** By name, bound by the server: `{run:String}` in a statement. */
export type Parameters = Readonly<Record<string, unknown>>;

export interface SelectOptions {
  readonly parameters?: Parameters;
  readonly settings?: ClickHouseSettings;
  readonly signal?: AbortSignal;
}

/** Every method throws `LakeError`. */
export interface Lake {
  readonly address: LakeAddress;
  /** Its address in full, as people read it; no secret is part of it. */
  readonly name: string;
  /** @returns rows by column name; 64-bit numbers as doubles */
  select(sql: string, options?: SelectOptions): Promise<Record<string, unknown>[]>;
  /** The answer's bytes in the format that the statement ends with (`FORMAT RowBinary`), in pieces of any size. */
  bytes(sql: string, options?: SelectOptions): AsyncIterable<Uint8Array>;
  /** Rows as they are read, without names. Numbers of 64 bits and more are texts. */
  stream(sql: string, options?: SelectOptions): AsyncIterable<unknown[]>;
  /** A statement that answers nothing. */
  command(sql: string, options?: SelectOptions): Promise<void>;
  /**
   * Puts rows into a table, all or none of them.
   *
   * @param rows as RowBinary
   * @param token a second insert with it puts in nothing
   */
  insert(
    table: string,
    columns: readonly string[],
    rows: readonly Uint8Array[],
    token: string,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Makes the database that the address names, where there is none of that name. */
  createDatabase(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** More rows are put into a table in several blocks, of which some may be lost: no batch is so large. */
export const MOST_ROWS_OF_BLOCK = 1_048_448;
const INSERT: ClickHouseSettings = {
  // Else an acknowledged row may still be lost.
  async_insert: 0,
  insert_deduplicate: 1,
  max_insert_block_size: String(MOST_ROWS_OF_BLOCK),
  input_format_skip_unknown_fields: 0,
};
const ON_CLUSTER: ClickHouseSettings = {
  distributed_foreground_insert: 1,
  insert_quorum: "auto",
  insert_quorum_parallel: 0,
  select_sequential_consistency: "1",
  // A table within a question is asked on all servers, and each is told what they found; to ask so is refused otherwise.
  distributed_product_mode: "global",
};
/** Milliseconds. An insert of a batch takes one or two seconds; a server that merges, or a question over everything, some tens. */
const REQUEST_TIMEOUT = 300_000;
/** More than are asked at a time: whether a lake is there is asked beside them. */
const MOST_CONNECTIONS = 64;

export interface LakeOptions {
  /** `CLICKHOUSE_PASSWORD` of the environment where it is left out. */
  readonly password?: string;
}

/**
 * Opens a lake. Nothing is asked of it yet.
 *
 * @param address `clickhouse://user@host:8123/db`, or what `parseLakeAddress` made of it
 * @throws LakeError `LAKE_ADDRESS`
 */
export function openLake(address: string | LakeAddress, options: LakeOptions = {}): Lake {
  const at = typeof address === "string" ? parseLakeAddress(address) : address;
  const password = options.password ?? process.env.CLICKHOUSE_PASSWORD ?? "";
  return new ClientLake(at, password);
}

class ClientLake implements Lake {
  readonly address: LakeAddress;
  readonly name: string;
  readonly #client: ClickHouseClient;
  readonly #password: string;
  readonly #secrets: readonly string[];

  constructor(address: LakeAddress, password: string) {
    this.address = address;
    this.name = lakeName(address);
    this.#password = password;
    // As it is, in a URL, and in the header that carries it.
    const header = Buffer.from(`${address.user}:${password}`).toString("base64");
    this.#secrets = password === "" ? [] : [password, encodeURIComponent(password), header];
    this.#client = createClient({
      url: `${address.secure ? "https" : "http"}://${address.host}:${address.port}`,
      username: address.user,
      password,
      database: address.database,
      application: "llm-sim",
      request_timeout: REQUEST_TIMEOUT,
      max_open_connections: MOST_CONNECTIONS,
      use_multipart_params_auto: true,
      clickhouse_settings: {
        output_format_json_quote_64bit_integers: 0,
        ...(address.cluster === undefined ? {} : ON_CLUSTER),
      },
      // It writes to the console otherwise, statements and settings included.
      log: { level: ClickHouseLogLevel.OFF },
    });
  }

  async select(sql: string, { parameters, settings, signal }: SelectOptions = {}) {
    return this.#trying(async () => {
      const result = await this.#client.query({
        query: sql,
        format: "JSONEachRow",
        ...asked(parameters, settings, signal),
      });
      return result.json<Record<string, unknown>>();
    });
  }

  async *bytes(sql: string, { parameters, settings, signal }: SelectOptions = {}) {
    try {
      const { stream, response_headers: headers } = await this.#client.exec({
        query: sql,
        ...asked(parameters, settings, signal),
      });
      yield* withoutException(stream, headers["x-clickhouse-exception-tag"]);
    } catch (error) {
      throw troubleOf(error, this.name, this.#secrets);
    }
  }

  async *stream(sql: string, { parameters, settings, signal }: SelectOptions = {}) {
    try {
      const result = await this.#client.query({
        query: sql,
        format: "JSONCompactEachRow",
        ...asked(parameters, { ...settings, output_format_json_quote_64bit_integers: 1 }, signal),
      });
      for await (const rows of result.stream<unknown[]>()) for (const row of rows) yield row.json();
    } catch (error) {
      throw troubleOf(error, this.name, this.#secrets);
    }
  }

  async command(sql: string, { parameters, settings, signal }: SelectOptions = {}) {
    await this.#trying(() => this.#client.command({ query: sql, ...asked(parameters, settings, signal) }));
  }

  async insert(
    table: string,
    columns: readonly string[],
    rows: readonly Uint8Array[],
    token: string,
    signal?: AbortSignal,
  ) {
    await this.#trying(async () => {
      const { stream } = await this.#client.exec({
        query: `INSERT INTO ${table} (${columns.join(", ")}) FORMAT RowBinary`,
        values: Readable.from(rows),
        clickhouse_settings: { ...INSERT, insert_deduplication_token: token },
        ...(signal && { abort_signal: signal }),
      });
      for await (const _ of stream);
    });
  }

  async createDatabase(signal?: AbortSignal) {
    const { database, cluster } = this.address;
    // A connection that names a database is refused as long as that is not there.
    const lake = new ClientLake({ ...this.address, database: "default" }, this.#password);
    try {
      const everywhere = cluster === undefined ? "" : ` ON CLUSTER \`${cluster}\``;
      const options = signal === undefined ? {} : { signal };
      await lake.command(`CREATE DATABASE IF NOT EXISTS \`${database}\`${everywhere}`, options);
    } finally {
      await lake.close();
    }
  }

  close() {
    return this.#client.close();
  }

  async #trying<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw troubleOf(error, this.name, this.#secrets);
    }
  }
}

/** What a server says of an answer that it cannot go on with stands at the end of it. */
const EXCEPTION = "\r\n__exception__\r\n";
/** Bytes, more than the server lets it be. */
const MOST_OF_EXCEPTION = 32 * 1024;

/** An answer's bytes; throws what went wrong in the middle of it. */
async function* withoutException(
  stream: AsyncIterable<unknown>,
  tag: string | string[] | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Buffer = Buffer.alloc(0);
  for await (const piece of stream) {
    if (!(piece instanceof Uint8Array)) continue;
    if (tag === undefined) {
      yield piece;
      continue;
    }
    held = Buffer.concat([held, piece]);
    if (held.length <= MOST_OF_EXCEPTION) continue;
    yield held.subarray(0, held.length - MOST_OF_EXCEPTION);
    held = held.subarray(held.length - MOST_OF_EXCEPTION);
  }
  const at = tag === undefined ? -1 : held.lastIndexOf(`${EXCEPTION}${String(tag)}\r\n`);
  if (at !== -1) throw parseError(held.subarray(at + EXCEPTION.length).toString());
  if (held.length > 0) yield held;
}

function asked(parameters?: Parameters, settings?: ClickHouseSettings, signal?: AbortSignal) {
  return {
    ...(parameters && { query_params: { ...parameters } }),
    ...(settings && { clickhouse_settings: settings }),
    ...(signal && { abort_signal: signal }),
  };
}
