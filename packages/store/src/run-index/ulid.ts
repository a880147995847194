/**
 * A ULID is 26 characters of Crockford base32: 128 bits, kept here as four 32-bit words, the most significant
 * first, so that 16 bytes compare as the text does (https://github.com/ulid/spec).
 */
export const ULID_LENGTH = 26;
export const ULID_WORDS = 4;

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const INVALID = 0xff;
const VALUES = new Uint8Array(256).fill(INVALID);
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

/** Reads the 26 bytes at `start` into four words at `at`; `false` where they are no ULID. */
export function readUlid(bytes: Uint8Array, start: number, words: Uint32Array, at: number): boolean {
  // 3 + 25 × 5 bits in words of 32: digits 6, 13 and 19 lie across two words; what a shift pushes out on the left
  // is in the word before.
  let seen = 0;
  let word = 0;
  let digit = 0;
  for (let index = 0; index < 6; index++) {
    digit = VALUES[bytes[start + index] ?? 0] ?? INVALID;
    seen |= digit;
    word = (word << 5) | digit;
  }
  const first = VALUES[bytes[start] ?? 0] ?? INVALID;
  digit = VALUES[bytes[start + 6] ?? 0] ?? INVALID;
  seen |= digit;
  words[at] = (word << 4) | (digit >> 1);
  word = digit;
  for (let index = 7; index < 13; index++) {
    digit = VALUES[bytes[start + index] ?? 0] ?? INVALID;
    seen |= digit;
    word = (word << 5) | digit;
  }
  digit = VALUES[bytes[start + 13] ?? 0] ?? INVALID;
  seen |= digit;
  words[at + 1] = (word << 1) | (digit >> 4);
  word = digit;
  for (let index = 14; index < 19; index++) {
    digit = VALUES[bytes[start + index] ?? 0] ?? INVALID;
    seen |= digit;
    word = (word << 5) | digit;
  }
  digit = VALUES[bytes[start + 19] ?? 0] ?? INVALID;
  seen |= digit;
  words[at + 2] = (word << 3) | (digit >> 2);
  word = digit;
  for (let index = 20; index < 26; index++) {
    digit = VALUES[bytes[start + index] ?? 0] ?? INVALID;
    seen |= digit;
    word = (word << 5) | digit;
  }
  words[at + 3] = word;
  // Valid digits have five bits, the first one three.
  return seen <= 31 && first <= 7;
}

const textBytes = new Uint8Array(ULID_LENGTH);

/** As `readUlid`, from text. */
export function parseUlid(text: string, words: Uint32Array, at: number): boolean {
  if (text.length !== ULID_LENGTH) return false;
  for (let index = 0; index < ULID_LENGTH; index++) {
    const code = text.charCodeAt(index);
    textBytes[index] = code < 128 ? code : 0;
  }
  return readUlid(textBytes, 0, words, at);
}

/** The text of the four words at `at`. */
export function formatUlid(words: Uint32Array, at: number): string {
  let text = "";
  for (let index = 0; index < ULID_LENGTH; index++) {
    const end = 3 + index * 5; // bits from the top, exclusive
    const word = (end - 1) >> 5;
    const inWord = end - word * 32;
    let value = (words[at + word] ?? 0) >>> (32 - inWord);
    if (inWord < 5 && word > 0) value |= (words[at + word - 1] ?? 0) << inWord;
    text += ALPHABET[value & (index === 0 ? 7 : 31)] ?? "";
  }
  return text;
}

/** Negative, zero or positive as the id at `i` of `a` is below, equal to or above the one at `j` of `b`. */
export function compareUlids(a: Uint32Array, i: number, b: Uint32Array, j: number): number {
  for (let word = 0; word < ULID_WORDS; word++) {
    const difference = (a[i + word] ?? 0) - (b[j + word] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
