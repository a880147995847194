export { leadsAstray } from "./link.ts";
export { isOutOfFiles, openRegular, openRegularFile, readRegular } from "./regular-file.ts";
