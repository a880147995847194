export { chatOf, type Said } from "./chat.ts";
export {
  conversationOf,
  conversationText,
  type Item,
  isLost,
  isRepeated,
  type Part,
  partsOf,
  type Repeated,
  type Speaker,
  sinceLastQuestion,
  speakerLabel,
} from "./conversation.ts";
export { counterparts } from "./counterparts.ts";
