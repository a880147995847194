export { gapLine, isHole, missingTitle } from "./told-gaps.ts";
