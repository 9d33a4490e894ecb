/** The command `fcnc serve`. */
import { InvalidArgumentError, type Command } from "commander";
import { examples, format } from "./options.js";

/** Adds it; what it does is loaded when it is called. */
export function addServeCommand(program: Command): void {
  program
    .command("serve")
    .description("serve a bundle on this machine: its page to try it on, with what browsers want for threads")
    .argument("<bundle>", "a folder that `fcnc compile --target web` wrote")
    .option("--port <number>", "0 is any that is free (default: 8080, or the next free one)", portNumber)
    .option("--host <address>", "an address of this machine; 0.0.0.0 lets other machines in", "127.0.0.1")
    .option("--open", "open it in the browser")
    .addOption(format())
    .addHelpText("after", examples("fcnc serve web/", "fcnc serve web/ --port 3000 --open"))
    .action(async (bundle: string, options) => (await import("./serve.js")).run(bundle, options));
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) throw new InvalidArgumentError("It is a whole number from 0 to 65535.");
  return port;
}
