/** Thrown by the runs of {@link Store.withoutFiles} where an answer takes their files. */
export class FilesNeeded extends Error {
  override readonly name = "FilesNeeded";

  constructor(id: string) {
    super(`This is asked of the files of ${id}, which are not asked here.`);
  }
}
