/** What the page says of its work: progress, news for screen readers, and errors. */
import { button, element } from "./elements.js";

const box = element("message", HTMLDivElement);
const text = element("message-text", HTMLParagraphElement);
const retry = button("message-retry");
const progress = element("progress", HTMLDivElement);
const bar = element("progress-bar", HTMLProgressElement);
const label = element("progress-text", HTMLLabelElement);
const stop = button("stop");
const status = element("status", HTMLParagraphElement);

let again: (() => void) | null = null;
let halt: (() => void) | null = null;

button("message-close").addEventListener("click", clearError);
retry.addEventListener("click", () => {
  const work = again;
  clearError();
  work?.();
});
stop.addEventListener("click", () => halt?.());

/** Said to screen readers, once. */
export function announce(sentence: string): void {
  status.textContent = sentence;
}

/** @param onRetry what "Try again" does, where trying again may help */
export function showError(error: unknown, onRetry: (() => void) | null = null): void {
  text.textContent = messageOf(error);
  again = onRetry;
  retry.hidden = onRetry === null;
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
}

export function clearError(): void {
  box.hidden = true;
  again = null;
}

/**
 * Errors of the module and of browsers are sentences; of what is none the name is better than nothing. Lines after the
 * first are a program's stack.
 */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message.split("\n", 1)[0] || error.name;
}

/** Shows what is being done. Without numbers the bar only shows that something is. */
export function showProgress(sentence: string, onStop: () => void, done?: number, total?: number): void {
  label.textContent = sentence;
  if (done === undefined || !total) bar.removeAttribute("value");
  else bar.value = done / total;
  halt = onStop;
  progress.hidden = false;
}

export function endProgress(): void {
  progress.hidden = true;
  halt = null;
}
