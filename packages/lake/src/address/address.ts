import { nearestNames } from "@llm-sim/events/naming";
import { LakeError } from "../errors.ts";

/** Where a lake is. Its password is no part of it: it comes by the environment. */
export interface LakeAddress {
  readonly user: string;
  /** A name or a number; IPv6 in brackets. */
  readonly host: string;
  readonly port: number;
  /** Whether it is spoken to by https. */
  readonly secure: boolean;
  readonly database: string;
  /** The cluster whose servers hold the tables; one server alone where it is left out. */
  readonly cluster?: string;
}

export const LAKE_SCHEME = "clickhouse:";
const FORM = "clickhouse://USER@HOST:8123/DATABASE";
const OPTIONS = ["secure", "cluster"];
const PORT = 8123;
const SECURE_PORT = 8443;
/** What stands between backquotes in SQL without having to be escaped. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;

/**
 * @param text `clickhouse://user@host:8123/db`, with `?secure=1` for https and `?cluster=NAME` for tables on all servers of a cluster
 * @throws LakeError `LAKE_ADDRESS` in one line that repeats no password
 */
export function parseLakeAddress(text: string): LakeAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== LAKE_SCHEME) throw wrong(`is no address of a lake, ${FORM}`);
  if (url.password !== "")
    throw wrong(
      "has a password in it, which lists of processes show: leave it out and set CLICKHOUSE_PASSWORD",
    );
  if (url.hostname === "") throw wrong(`names no host: ${FORM}`);
  if (url.hash !== "") throw wrong(`ends in ${url.hash}, which means nothing here`);
  const secure = flagOf(url, "secure");
  const database = url.pathname.replace(/^\/|\/$/g, "");
  const cluster = url.searchParams.get("cluster") ?? undefined;
  for (const [what, name] of [
    ["database", database || "default"],
    ["cluster", cluster ?? "none"],
  ] as const) {
    if (!NAME.test(name))
      throw wrong(`names a ${what} ${JSON.stringify(name)}: letters, digits, ".", "_" and "-", at most 64`);
  }
  for (const option of url.searchParams.keys()) {
    if (OPTIONS.includes(option)) continue;
    const near = nearestNames(option, OPTIONS, 1);
    throw wrong(`has an option ${option}, which there is not: ${near[0] ?? OPTIONS.join(", ")}`);
  }
  return {
    user: decodeURIComponent(url.username) || "default",
    host: url.hostname,
    port: url.port === "" ? (secure ? SECURE_PORT : PORT) : Number(url.port),
    secure,
    database: database || "default",
    ...(cluster !== undefined && { cluster }),
  };
}

/** What a lake is called wherever a person reads of it: its address in full. */
export function lakeName({ user, host, port, secure, database, cluster }: LakeAddress): string {
  const options = new URLSearchParams({ ...(secure && { secure: "1" }), ...(cluster && { cluster }) });
  const query = options.size > 0 ? `?${options.toString()}` : "";
  return `${LAKE_SCHEME}//${encodeURIComponent(user)}@${host}:${port}/${database}${query}`;
}

function flagOf(url: URL, name: string): boolean {
  const value = url.searchParams.get(name) ?? "0";
  if (value !== "0" && value !== "1") throw wrong(`says ${name}=${value}: 1 or 0`);
  return value === "1";
}

const wrong = (what: string) => new LakeError("LAKE_ADDRESS", `The address of the lake ${what}.`);
