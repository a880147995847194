// Writes a model in the format that llama.cpp reads, GGUF 3: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md

const VERSION = 3;
/** Of the tensors' places in the file, in bytes: the format's own. */
const ALIGNMENT = 32;
/** `ggml_type` of a tensor whose weights are 32-bit floats. */
const F32 = 0;
/** `gguf_metadata_value_type`. */
const TYPES = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 };

/**
 * @param {Record<string, readonly [type: string, value: unknown]>} metadata `["u32", 7]`, `["string[]", ["a"]]`
 * @param {Record<string, { shape: readonly number[], weights: Float32Array }>} tensors `shape` begins with the length of a row
 * @returns {Buffer} the file's bytes
 */
export function ggufOf(metadata, tensors) {
  const head = [Buffer.from("GGUF"), u32(VERSION), u64(Object.keys(tensors).length)];
  head.push(u64(Object.keys(metadata).length));
  for (const [key, [type, value]] of Object.entries(metadata)) head.push(string(key), ...typed(type, value));
  const data = [];
  let offset = 0;
  for (const [name, { shape, weights }] of Object.entries(tensors)) {
    head.push(string(name), u32(shape.length), ...shape.map(u64), u32(F32), u64(offset));
    const bytes = Buffer.alloc(padded(weights.byteLength));
    weights.forEach((weight, index) => {
      bytes.writeFloatLE(weight, index * 4);
    });
    data.push(bytes);
    offset += bytes.length;
  }
  const start = Buffer.concat(head);
  return Buffer.concat([start, Buffer.alloc(padded(start.length) - start.length), ...data]);
}

const padded = (length) => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

function typed(type, value) {
  if (!type.endsWith("[]")) return [u32(TYPES[type]), WRITERS[type](value)];
  const of = type.slice(0, -2);
  return [u32(TYPES.array), u32(TYPES[of]), u64(value.length), ...value.map(WRITERS[of])];
}

function written(size, write) {
  const bytes = Buffer.alloc(size);
  write(bytes);
  return bytes;
}
const u32 = (value) => written(4, (bytes) => bytes.writeUInt32LE(value));
const u64 = (value) => written(8, (bytes) => bytes.writeBigUInt64LE(BigInt(value)));
function string(value) {
  const text = Buffer.from(value);
  return Buffer.concat([u64(text.length), text]);
}
const WRITERS = {
  u32,
  i32: (value) => written(4, (bytes) => bytes.writeInt32LE(value)),
  f32: (value) => written(4, (bytes) => bytes.writeFloatLE(value)),
  bool: (value) => Buffer.from([value ? 1 : 0]),
  string,
};
