/** The document language of Prettier, in which the printer speaks. Runs in browsers too. */
import { builders, printer } from "prettier/doc";

export type Doc = builders.Doc;
export { builders, printer };
