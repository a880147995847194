import { InvalidArgumentError } from "commander";

/** Parses a whole number within limits, both inclusive. */
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = readWholeNumber(text);
    if (value === undefined || value < min || value > max) {
      const limits = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
      throw new InvalidArgumentError(`Expected a whole number ${limits}.`);
    }
    return value;
  };
}

/** `undefined` where the text is no whole number that a `number` holds exactly. */
export function readWholeNumber(text: string): number | undefined {
  if (!/^[+-]?\d+$/.test(text.trim())) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
