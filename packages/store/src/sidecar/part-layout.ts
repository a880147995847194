import * as z from "zod";

/**
 * The file that a part of an index is kept in: magic, version, length and checksum of a directory, the directory, and the arrays one after
 * the other, the smallest first, each on a boundary of eight bytes. The directory is a table (JSON, its length in the prefix as well), the
 * checksums of the blocks of all arrays, four bytes each, and of each array that has several the first entry of each. Little-endian, as typed
 * arrays are on every machine Node 20 runs on but one.
 */
export const MAGIC: Uint8Array = Buffer.from("llmsimpt");
export const VERSION = 3;
export const PREFIX_BYTES = 24;

export const tableSchema = z.array(
  z.object({
    name: z.string(),
    type: z.enum(["Uint8Array", "Uint32Array", "Float64Array"]),
    /** Of the file, in bytes. */
    offset: z.number(),
    /** In bytes. */
    length: z.number(),
    /** Of what the directory has of each block's beginning, in bytes. */
    first: z.number(),
  }),
);
export type Table = z.infer<typeof tableSchema>;

/** By what a part's file is known to be the one that was written: it is never another by the same name and checksum. */
export interface PartSeal {
  /** Size of the file. */
  bytes: number;
  /** Of the directory, which has those of the arrays' blocks. */
  checksum: number;
}
