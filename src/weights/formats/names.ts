import { visible } from "../../diagnostics/columns.js";

/** Names of strangers in messages: on one line, and none too long. */
export const shorten = (text: string): string => visible(text.length > 120 ? `${text.slice(0, 117)}...` : text);
