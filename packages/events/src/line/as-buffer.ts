/** The same memory with Node's methods. What users hand in and get is `Uint8Array`, so that their programs need no types of Node. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
