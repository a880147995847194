export { fileLimit } from "./file-limit.ts";
export { leadsAstray } from "./link.ts";
export { isOutOfFiles } from "./out-of-files.ts";
export {
  type FileStretch,
  firstOfRegular,
  lastOfRegular,
  openRegular,
  openRegularFile,
  type RegularFile,
  readRegular,
} from "./regular-file.ts";
