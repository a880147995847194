export { Conversations } from "./conversations.tsx";
