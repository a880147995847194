// A language model that knows nothing: one layer of the llama architecture over bytes, its weights drawn from a seed, some 300 kB. What
// it says has no meaning, but it is said as any model says it: token by token, by likelihood, and within a grammar where one is given.
import { ggufOf } from "./gguf.mjs";

export const MODEL_NAME = "tiny-random-llama";
/** In tokens, which are bytes. */
export const CONTEXT_LENGTH = 16_384;

const WIDTH = 64;
const HEADS = 4;
const INNER_WIDTH = 128;
const SEED = 7;

/** What the vocabulary begins with; then comes a token for each byte. */
const CONTROL = ["<|begin|>", "<|end|>"];
/** `llama_token_type`. */
const NORMAL_TOKEN = 1;
const CONTROL_TOKEN = 3;

/**
 * How much likelier than a byte that no text needs, as a logarithm. Without it, a text would be noise of which a grammar lets little
 * pass, and would hardly ever end.
 */
const LIKELIHOODS = [
  [/[\x20-\x7e]/, 3],
  [/[a-z ]/, 5],
  [/[aeinorst ]/, 6],
  [/[0-9]/, 5],
  [/["}\]]/, 7],
];

/** @returns {Buffer} the same bytes on every machine */
export function tinyModel() {
  const size = CONTROL.length + 256;
  const uniform = seeded(SEED);
  const matrix = (columns, rows, spread = 1 / Math.sqrt(columns)) => ({
    shape: [columns, rows],
    weights: Float32Array.from({ length: columns * rows }, () => (2 * uniform() - 1) * spread),
  });
  const ones = { shape: [WIDTH], weights: new Float32Array(WIDTH).fill(1) };
  // The first number of a token's vector is 1 for each, and nothing adds to it, so that a row's first weight is a token's own likelihood.
  const embedding = matrix(WIDTH, size, 1);
  const output = matrix(WIDTH, size, 0.25);
  for (let token = 0; token < size; token++) {
    embedding.weights[token * WIDTH] = 1;
    output.weights[token * WIDTH] = likelihood(token);
  }
  const block = (name, tensor) => [`blk.0.${name}.weight`, tensor];
  const adding = (columns) => {
    const tensor = matrix(columns, WIDTH);
    tensor.weights.fill(0, 0, columns);
    return tensor;
  };
  const tensors = Object.fromEntries([
    ["token_embd.weight", embedding],
    block("attn_norm", ones),
    block("attn_q", matrix(WIDTH, WIDTH)),
    block("attn_k", matrix(WIDTH, WIDTH)),
    block("attn_v", matrix(WIDTH, WIDTH)),
    block("attn_output", adding(WIDTH)),
    block("ffn_norm", ones),
    block("ffn_gate", matrix(WIDTH, INNER_WIDTH)),
    block("ffn_up", matrix(WIDTH, INNER_WIDTH)),
    block("ffn_down", adding(INNER_WIDTH)),
    ["output_norm.weight", ones],
    ["output.weight", output],
  ]);
  return ggufOf(metadata(), tensors);
}

function metadata() {
  return {
    "general.architecture": ["string", "llama"],
    "general.name": ["string", MODEL_NAME],
    "llama.context_length": ["u32", CONTEXT_LENGTH],
    "llama.embedding_length": ["u32", WIDTH],
    "llama.block_count": ["u32", 1],
    "llama.feed_forward_length": ["u32", INNER_WIDTH],
    "llama.attention.head_count": ["u32", HEADS],
    "llama.attention.layer_norm_rms_epsilon": ["f32", 1e-5],
    "llama.rope.dimension_count": ["u32", WIDTH / HEADS],
    "tokenizer.ggml.model": ["string", "gpt2"],
    "tokenizer.ggml.pre": ["string", "default"],
    "tokenizer.ggml.tokens": ["string[]", [...CONTROL, ...byteTokens()]],
    "tokenizer.ggml.token_type": [
      "i32[]",
      [...CONTROL.map(() => CONTROL_TOKEN), ...Array.from({ length: 256 }, () => NORMAL_TOKEN)],
    ],
    "tokenizer.ggml.merges": ["string[]", []],
    "tokenizer.ggml.bos_token_id": ["u32", 0],
    "tokenizer.ggml.eos_token_id": ["u32", 1],
    "tokenizer.ggml.add_bos_token": ["bool", true],
  };
}

function likelihood(token) {
  if (token < CONTROL.length) return CONTROL[token] === "<|end|>" ? 5 : 0;
  const character = String.fromCharCode(token - CONTROL.length);
  return LIKELIHOODS.findLast(([characters]) => characters.test(character))?.[1] ?? 0;
}

/** GPT-2's names of the bytes, in their order: itself where it is seen in print, else a character from U+0100 on. */
function byteTokens() {
  let unseen = 0;
  return Array.from({ length: 256 }, (_, byte) =>
    /[!-~¡-¬®-ÿ]/.test(String.fromCharCode(byte))
      ? String.fromCharCode(byte)
      : String.fromCharCode(256 + unseen++),
  );
}

/** Numbers in [0, 1) by multiplication and shifts of integers alone (splitmix32), which no machine does otherwise. */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
