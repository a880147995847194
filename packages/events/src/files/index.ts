export { fileLimit } from "./file-limit.ts";
export { leadsAstray } from "./link.ts";
export {
  isOutOfFiles,
  openRegular,
  openRegularFile,
  type RegularFile,
  readRegular,
} from "./regular-file.ts";
