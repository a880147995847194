/**
 * A ULID is 26 characters of Crockford base32: 128 bits, kept here as four 32-bit words, the most significant
 * first, so that 16 bytes compare as the text does (https://github.com/ulid/spec).
 */
export const ULID_LENGTH = 26;
export const ULID_WORDS = 4;

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const INVALID = 0xffff;
/** What two digits are worth, by their bytes as a little-endian number: two at a time halves the time. */
const PAIRS = new Uint16Array(65_536).fill(INVALID);
for (let high = 0; high < 32; high++)
  for (let low = 0; low < 32; low++)
    PAIRS[ALPHABET.charCodeAt(high) | (ALPHABET.charCodeAt(low) << 8)] = (high << 5) | low;

/** Reads the 26 bytes at `start` into four words at `at`; `false` where they are no ULID. */
export function readUlid(view: DataView, start: number, words: Uint32Array, at: number): boolean {
  if (start + ULID_LENGTH > view.byteLength) return false;
  const a = pairAt(view, start);
  const b = pairAt(view, start + 2);
  const c = pairAt(view, start + 4);
  const d = pairAt(view, start + 6);
  const e = pairAt(view, start + 8);
  const f = pairAt(view, start + 10);
  const g = pairAt(view, start + 12);
  const h = pairAt(view, start + 14);
  const i = pairAt(view, start + 16);
  const j = pairAt(view, start + 18);
  const k = pairAt(view, start + 20);
  const l = pairAt(view, start + 22);
  const m = pairAt(view, start + 24);
  // 130 bits, of which the first two are zero; what a shift pushes out on the left is in the word before.
  words[at] = (a << 24) | (b << 14) | (c << 4) | (d >> 6);
  words[at + 1] = (d << 26) | (e << 16) | (f << 6) | (g >> 4);
  words[at + 2] = (g << 28) | (h << 18) | (i << 8) | (j >> 2);
  words[at + 3] = (j << 30) | (k << 20) | (l << 10) | m;
  return a <= 0xff && (b | c | d | e | f | g | h | i | j | k | l | m) <= 0x3ff;
}

function pairAt(view: DataView, at: number): number {
  return PAIRS[view.getUint16(at, true)] ?? INVALID;
}

const text = new DataView(new ArrayBuffer(ULID_LENGTH));

/** As `readUlid`, from text. */
export function parseUlid(id: string, words: Uint32Array, at: number): boolean {
  if (id.length !== ULID_LENGTH) return false;
  for (let index = 0; index < ULID_LENGTH; index++) {
    const code = id.charCodeAt(index);
    text.setUint8(index, code < 128 ? code : 0);
  }
  return readUlid(text, 0, words, at);
}

const CODES = Uint8Array.from(ALPHABET, (digit) => digit.charCodeAt(0));
const digits = Buffer.allocUnsafeSlow(ULID_LENGTH);

/** The text of the four words at `at`. (Put together digit by digit a string is a tree of its pieces, 450 bytes, and takes longer.) */
export function formatUlid(words: Uint32Array, at: number): string {
  for (let index = 0; index < ULID_LENGTH; index++) {
    const end = 3 + index * 5; // bits from the top, exclusive
    const word = (end - 1) >> 5;
    const inWord = end - word * 32;
    let value = (words[at + word] ?? 0) >>> (32 - inWord);
    if (inWord < 5 && word > 0) value |= (words[at + word - 1] ?? 0) << inWord;
    digits[index] = CODES[value & (index === 0 ? 7 : 31)] ?? 0;
  }
  return digits.toString("latin1");
}

/** Negative, zero or positive as the id at `i` of `a` is below, equal to or above the one at `j` of `b`. */
export function compareUlids(a: Uint32Array, i: number, b: Uint32Array, j: number): number {
  for (let word = 0; word < ULID_WORDS; word++) {
    const difference = (a[i + word] ?? 0) - (b[j + word] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
