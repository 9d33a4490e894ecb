/** Names of strangers in messages. */
export const shorten = (text: string): string => (text.length > 120 ? `${text.slice(0, 117)}...` : text);
