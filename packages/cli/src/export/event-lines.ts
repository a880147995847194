import { parseEventLine, walkSegments } from "@llm-sim/events/read";

const NEWLINE = Buffer.from("\n");

/** The lines of runs as they are in the log; those of another dialect in this one. Each is whole, with its newline. */
export async function* eventLines(
  directories: readonly string[],
  onSkipped: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const directory of directories) {
    for await (const { lines } of walkSegments(directory)) {
      const parts: Uint8Array[] = [];
      for (const { bytes, damage } of lines) {
        const parsed = damage === undefined ? parseEventLine(bytes) : undefined;
        if (!parsed?.ok) {
          onSkipped();
          continue;
        }
        parts.push(parsed.dialect === "native" ? bytes : Buffer.from(JSON.stringify(parsed.event)), NEWLINE);
      }
      if (parts.length > 0) yield Buffer.concat(parts);
    }
  }
}
