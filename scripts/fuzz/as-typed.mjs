// A request as a person types it into a shell.

/** A request, so that curl sends it. */
export function asCurl({ method, target, headers, body, port }) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const own = headers
    .filter(
      ([name, value]) =>
        !(name === "Host" && value === `127.0.0.1:${port}`) &&
        name !== "Content-Length" &&
        name !== "Connection",
    )
    .map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  const data =
    body && body.length < 2000 && !body.includes(0)
      ? [`--data-binary ${quoted(body.toString())}`]
      : body
        ? [`--data-binary @<(…${body.length} bytes)`]
        : [];
  const how = method === "GET" ? [] : method === "HEAD" ? ["-I"] : [`-X ${quoted(method)}`];
  const address = quoted(`http://127.0.0.1:${port}${target}`);
  return inShort(["curl -si --path-as-is -g", ...how, ...own, ...data, address].join(" "));
}

/** What is thousands of times the same, as bash makes it. */
function inShort(command) {
  return command.replaceAll(
    /([^'"%\\`$]{1,8}?)\1{99,}/g,
    (same, one) => `'"$(printf '${one}%.0s' {1..${same.length / one.length}})"'`,
  );
}

/** Bytes, so that a shell sends them. */
export function asPrintf(parts, port) {
  const text = parts
    .map((part) =>
      typeof part === "number"
        ? ""
        : [...part.subarray(0, 1500)]
            .map((byte) =>
              byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x25 && byte !== 0x5c
                ? String.fromCharCode(byte)
                : `\\x${byte.toString(16).padStart(2, "0")}`,
            )
            .join(""),
    )
    .join("");
  return `printf '${text}' | timeout 5 nc 127.0.0.1 ${port}`;
}
