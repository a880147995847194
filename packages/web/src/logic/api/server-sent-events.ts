/** One message of a `text/event-stream`. */
export interface ServerSentEvent {
  /** `message` where the stream names none. */
  event: string;
  data: string;
  id?: string;
}

/**
 * Cuts a stream into messages after the WHATWG HTML standard, §9.2.6. The browser's own EventSource is not
 * used because it cannot send the `Authorization` header.
 */
export async function* readServerSentEvents(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerSentEvent> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let fields = new Map<string, string>();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      // A carriage return at the very end may be half of a line's end: it waits for the next chunk.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line !== "") {
          readField(line, fields);
          continue;
        }
        const message = messageOf(fields);
        fields = new Map();
        if (message) yield message;
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function readField(line: string, fields: Map<string, string>): void {
  const colon = line.indexOf(":");
  if (colon === 0) return; // a comment: the server's heartbeat
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? "" : line.slice(colon + (line[colon + 1] === " " ? 2 : 1));
  const before = fields.get(name);
  fields.set(name, name === "data" && before !== undefined ? `${before}\n${value}` : value);
}

function messageOf(fields: Map<string, string>): ServerSentEvent | undefined {
  const data = fields.get("data");
  const event = fields.get("event");
  if (data === undefined && event === undefined) return undefined;
  const id = fields.get("id");
  return { event: event || "message", data: data ?? "", ...(id === undefined ? {} : { id }) };
}
