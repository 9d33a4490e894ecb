/** A child process that is spoken to by lines: each question is answered by a line of JSON. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * @typedef {{ loss: number, milliseconds: number, cpu: number, peak: number, [figure: string]: unknown }} Answer
 */

/**
 * Starts a program, and waits for its first line.
 * @param {string} command
 * @param {readonly string[]} args
 */
export async function speakTo(command, args) {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2" };
  const child = spawn(command, [...args], { env, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  /** @returns {Promise<Answer>} */
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command} ${args[0]} ended`);
    return JSON.parse(value);
  };
  const first = await next();
  return {
    first,
    /** @param {string} question */
    ask(question) {
      child.stdin.write(`${question}\n`);
      return next();
    },
    close: () => child.kill(),
  };
}
