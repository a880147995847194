export { fileLimit } from "./file-limit.ts";
export { leadsAstray } from "./link.ts";
export {
  type FileStretch,
  firstOfRegular,
  isOutOfFiles,
  lastOfRegular,
  openRegular,
  openRegularFile,
  type RegularFile,
  readRegular,
} from "./regular-file.ts";
