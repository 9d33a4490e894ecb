/** Steps of long work on standard error: what runs now, and what each took. */
import { showsColor, tell } from "./output.js";

/** Shows that a step begins. @returns what is to be called when it has ended */
export function stepLine(title: string): (worked: boolean) => void {
  const stream = process.stderr;
  const started = performance.now();
  const onTerminal = stream.isTTY && showsColor(stream);
  if (onTerminal) stream.write(`… ${title}`);
  else tell(title);
  return (worked) => {
    const took = `${((performance.now() - started) / 1000).toFixed(1)} s`;
    if (onTerminal) stream.write(`\r\u001b[K${worked ? "✓" : "✗"} ${title} (${took})\n`);
    else tell(`  ${worked ? "done" : "failed"} in ${took}`);
  };
}
