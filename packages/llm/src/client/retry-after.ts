/**
 * How long a server asks to wait, in milliseconds, by the headers of its answer: `retry-after-ms` (OpenAI, Azure), or `Retry-After` in
 * seconds or as an HTTP-date (RFC 9110, 10.2.3; all three forms of 5.6.7). A date is taken against the server's own `Date`, where it
 * gives one, so that clocks that differ do no harm.
 *
 * @returns `undefined` where it does not say, or nothing that can be read
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string>>,
  now = Date.now(),
): number | undefined {
  const milliseconds = headers["retry-after-ms"]?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(milliseconds)) return Math.ceil(Number(milliseconds));
  const wanted = headers["retry-after"]?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(wanted)) return Math.ceil(Number(wanted) * 1000);
  const date = httpDate(wanted);
  if (date === undefined) return undefined;
  return Math.max(0, date - (httpDate(headers.date?.trim() ?? "") ?? now));
}

/** `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`, which is GMT, too. */
function httpDate(text: string): number | undefined {
  if (!/^[A-Z][a-z]+,? .*\d\d:\d\d:\d\d/.test(text)) return undefined;
  const date = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : date;
}
