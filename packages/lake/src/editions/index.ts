// Which logs of a run are in a lake. One that was cut or repaired is another edition of it: rows of two are never mixed, and questions are
// asked of the last.
export {
  addEdition,
  claimEditions,
  type Edition,
  FIRST_EDITION,
  lastEdition,
  removeFormerEditions,
} from "./editions.ts";
