// Some events of a log, asked as the whole of it would be.
export { type AskedBeyond, Excerpt, type ExcerptOf, type WritesOfPage } from "./excerpt.ts";
