/** A message of the server's own, as one Server-Sent Event. */
export function messageFrame(event: string, data: unknown): Buffer {
  return Buffer.from(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}
