export {
  ANSWER_ERRORS,
  ANSWER_MARKS,
  type AnswerErrorType,
  type AnswerMark,
  type RawAnswer,
  type TakenApart,
  type TakenFailure,
  takeJson,
  takeText,
} from "./take-apart.ts";
