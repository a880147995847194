export {
  canBeLeftOut,
  type ForkField,
  type ForkForm,
  type ForkProblems,
  forkFormAt,
  forkRequestOf,
  refusalOf,
} from "./fork-form.ts";
export { forkRun, untilThere } from "./fork-run.ts";
