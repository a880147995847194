import { hash } from "node:crypto";
import { canonicalJson, type JsonValue } from "../schema/index.ts";

/** The variables of an agent or of the world: a leaf's path joined with `.` (`inventory.gold`) → its value. */
export type Variables = ReadonlyMap<string, JsonValue>;

/**
 * The hash of one part of the state, an agent's or (without `agentId`) the world's: SHA-256, in hex, over the
 * canonical JSON (RFC 8785, UTF-8) of `{"agent_id":"alice","variables":{"inventory.gold":3,"wealth":900}}`.
 * The world's part has no `agent_id`. As the id is inside, two agents who swap their states change the hash.
 *
 * @param sortedNames the variables' names in order, where the caller has them already
 */
export function partHash(
  agentId: string | undefined,
  variables: Variables,
  sortedNames: readonly string[] = [...variables.keys()].toSorted(),
): string {
  // Written out member by member: the names are in order already.
  let text =
    agentId === undefined ? '{"variables":{' : `{"agent_id":${JSON.stringify(agentId)},"variables":{`;
  let separator = "";
  for (const name of sortedNames) {
    const value = variables.get(name);
    if (value === undefined) continue;
    text += `${separator}${JSON.stringify(name)}:${canonicalJson(value)}`;
    separator = ",";
  }
  return hash("sha256", `${text}}}`, "hex");
}

/**
 * The hash of a whole state, `turn_end`'s `details.state_hash`: SHA-256, in hex, over the parts' hex hashes, sorted
 * and joined without a separator. A part without variables is left out, so the hash of the empty state is that of "".
 */
export function stateHash(partHashes: Iterable<string>): string {
  return hash("sha256", [...partHashes].toSorted().join(""), "hex");
}
