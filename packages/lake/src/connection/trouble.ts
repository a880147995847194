import { ClickHouseError } from "@clickhouse/client";
import { codeOf } from "@llm-sim/events/errors";
import { LakeError, type LakeErrorCode } from "../errors.ts";

/** Of ClickHouse's own codes, by their names: https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp */
const MEANINGS: Readonly<Record<string, LakeErrorCode>> = {
  NO_SUCH_COLUMN_IN_TABLE: "LAKE_TABLES",
  UNKNOWN_IDENTIFIER: "LAKE_TABLES",
  UNKNOWN_TABLE: "LAKE_TABLES",
  UNKNOWN_DATABASE: "LAKE_TABLES",
  TYPE_MISMATCH: "LAKE_TABLES",
  MEMORY_LIMIT_EXCEEDED: "LAKE_FULL",
  NOT_ENOUGH_SPACE: "LAKE_FULL",
  TOO_MANY_PARTS: "LAKE_FULL",
  NETWORK_ERROR: "LAKE_UNREACHABLE",
  TIMEOUT_EXCEEDED: "LAKE_UNREACHABLE",
  TOO_MANY_SIMULTANEOUS_QUERIES: "LAKE_UNREACHABLE",
  KEEPER_EXCEPTION: "LAKE_UNREACHABLE",
  TABLE_IS_READ_ONLY: "LAKE_UNREACHABLE",
  SOCKET_TIMEOUT: "LAKE_UNREACHABLE",
};
const HINTS: Readonly<Record<string, string>> = {
  AUTHENTICATION_FAILED: "; the password is read from CLICKHOUSE_PASSWORD",
  REQUIRED_PASSWORD: "; the password is read from CLICKHOUSE_PASSWORD",
};
/** What a server that goes away or a cut connection leaves: errors of Node's, of the client's, and a body that is no word of ClickHouse's. */
const GOES_AWAY = "check that it runs and that the address is right, then try again";
/** Longer messages repeat the statement. */
const MOST = 400;

/**
 * What an error of the client's means, in one line.
 *
 * @param secrets what must not stand in it, wherever it came from
 */
export function troubleOf(error: unknown, where: string, secrets: readonly string[]): unknown {
  if (error instanceof LakeError) return error;
  if (!(error instanceof Error) || error.name === "AbortError") return error;
  const tell = (text: string) => withoutSecrets(inOneLine(text), secrets);
  if (error instanceof ClickHouseError || isClickHouse(error)) {
    const type = error.type ?? "";
    const code = MEANINGS[type] ?? "LAKE_REFUSED";
    return new LakeError(code, tell(`${where}: ${error.message.trim()} (${type})${HINTS[type] ?? ""}`));
  }
  const what = codeOf(error) ?? error.message;
  return new LakeError("LAKE_UNREACHABLE", tell(`${where} does not answer (${what}): ${GOES_AWAY}.`));
}

/** Also one of another copy of the client. */
function isClickHouse(error: Error): error is ClickHouseError {
  return error.constructor.name === "ClickHouseError";
}

function inOneLine(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > MOST ? `${line.slice(0, MOST)} …` : line;
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== "")
    .reduce((left, secret) => left.replaceAll(secret, "…"), text);
}
