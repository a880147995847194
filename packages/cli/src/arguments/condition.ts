import { compileWatch, isWatchError } from "@llm-sim/events/watch";
import { wrongCall } from "../failure/index.ts";

/** A condition on the state, which is kept as the text that was found to be one. */
export function condition(flag: string): (text: string) => string {
  return (text) => {
    try {
      return compileWatch(text).text;
    } catch (error) {
      if (!isWatchError(error)) throw error;
      throw wrongCall(`${flag} ${error.message}`, error);
    }
  };
}
