// What equal runs have in common, and what may differ between them: asked by the canonical log and by whatever compares runs.
export { contentOf, contentText, isRetry, MEMBER_RULES, type Names } from "./content.ts";
export { type ContentDifference, contentDifferences, jsonDifferences } from "./differences.ts";
